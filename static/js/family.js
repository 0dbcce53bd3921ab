// The signing page works without this file. It opens the official text where there is room beside the summary, and
// reads the summary aloud where the phone has a voice for its language.

for (const text of document.querySelectorAll("[data-open-when-wide]")) {
  text.open = text.open || window.matchMedia("(min-width: 62rem)").matches;
}

const speech = window.speechSynthesis;
const button = document.querySelector("[data-read-aloud]");

if (speech && button) {
  const language = document.documentElement.lang;
  const words = button.querySelector("span");
  const listen = words.textContent;
  let waiting = []; // the points still to be read
  let isReading = false;

  // "zh-Hans" is read by "zh-CN"; a language without a voice on this phone has no button
  const voice = () => {
    const code = language.toLowerCase().split("-")[0];
    return speech.getVoices().find((one) => one.lang.toLowerCase().split(/[-_]/)[0] === code);
  };

  const offer = () => {
    button.hidden = !voice();
  };

  const stop = () => {
    isReading = false;
    waiting = [];
    speech.cancel();
    words.textContent = listen;
    mark(null);
  };

  const mark = (point) => {
    for (const other of document.querySelectorAll(".is-read")) other.classList.remove("is-read");
    point?.classList.add("is-read");
  };

  // one point after the other: some phones fall silent in the middle of a long text
  const next = () => {
    const point = waiting.shift();
    if (!isReading || !point) return stop();
    const utterance = new SpeechSynthesisUtterance(point.textContent.trim().replace(/\s+/g, " "));
    utterance.lang = language;
    utterance.voice = voice();
    utterance.rate = 0.95;
    utterance.onend = next;
    utterance.onerror = stop;
    mark(point);
    speech.speak(utterance);
  };

  button.addEventListener("click", () => {
    if (isReading) return stop();
    isReading = true;
    waiting = [...document.getElementById(button.dataset.readAloud).children];
    words.textContent = button.dataset.stop;
    next();
  });

  offer();
  speech.addEventListener?.("voiceschanged", offer);
  window.addEventListener("pagehide", stop);
}
