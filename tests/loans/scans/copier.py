"""A school's copier: it prints, families sign with a pen, the pile comes back askew, upside down and greyish."""

import io
from dataclasses import dataclass, replace
from random import Random

import pypdfium2
from PIL import Image, ImageDraw

from loans.scans.marks import read_mark, reference_of_box
from loans.scans.reading import BOX_LEFT, _codes


RESOLUTION = 200
PAPER = 246  # nothing a copier makes is quite white


@dataclass(frozen=True)
class Sheet:
    """One printed page on its way through the copier."""

    image: Image.Image
    page: int = 0
    reference: str = ""


def printed(content: bytes, resolution: int = RESOLUTION) -> list[Sheet]:
    """The sheets of a print file."""
    sheets = []
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            image = page.render(scale=resolution / 72, grayscale=True).to_pil().convert("L")
            marks = [mark for code in _codes(image) if (mark := read_mark(code.text))]
            sheets.append(Sheet(image, marks[0].page, marks[0].reference))
    return sheets


def signed(sheet: Sheet) -> Sheet:
    """The sheet with a pen's stroke in its signature box, if it has one."""
    boxes = [code for code in _codes(sheet.image) if reference_of_box(code.text)]
    if not boxes:
        return sheet
    position = boxes[0].position
    side = position.top_right.x - position.top_left.x
    left, top = position.top_right.x + side * (BOX_LEFT + 0.5), position.top_right.y + side * 0.5
    image = sheet.image.copy()
    loops = [(left + side * step / 4, top + side * (0.9 if step % 2 else 0.1)) for step in range(14)]
    ImageDraw.Draw(image).line(loops, fill=60, width=4, joint="curve")
    return replace(sheet, image=image)


def askew(sheet: Sheet, degrees: float) -> Sheet:
    """Fed at an angle; multiples of 90 turn the sheet."""
    turned = sheet.image.rotate(
        -degrees, expand=degrees % 90 == 0, fillcolor=255, resample=Image.Resampling.BILINEAR
    )
    return replace(sheet, image=turned)


def greyish(sheet: Sheet, seed: int = 1) -> Sheet:
    """Dust, and paper that is not white."""
    image = sheet.image.point(lambda value: min(value, PAPER))
    dust = Random(seed)
    draw = ImageDraw.Draw(image)
    for _speck in range(40):
        draw.point((dust.randrange(image.width), dust.randrange(image.height)), fill=120)
    return replace(sheet, image=image)


def scanned(sheets: list[Sheet], quality: int = 60) -> bytes:
    """The pile as the copier sends it: one PDF of JPEG pages."""
    images = [greyish(sheet, seed).image for seed, sheet in enumerate(sheets)]
    out = io.BytesIO()
    images[0].save(
        out, format="PDF", save_all=True, append_images=images[1:], resolution=RESOLUTION, quality=quality
    )
    return out.getvalue()


def blank() -> Sheet:
    """The back of a sheet."""
    return Sheet(Image.new("L", (1654, 2339), 255))
