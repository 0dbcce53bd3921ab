// The desk: the one input keeps the focus, Escape goes back to the search, arrows walk through the names found,
// and a sound tells yes from no when somebody asked for it.
"use strict";

(() => {
  const desk = document.querySelector("[data-desk]");
  if (!desk) return;

  const input = () => desk.querySelector("[data-desk-input]");
  const matches = () => [...desk.querySelectorAll("[data-desk-matches] a")];

  const focusInput = () => {
    const target = input() || desk.querySelector("[data-desk-back]");
    if (target && document.activeElement !== target) target.focus({ preventScroll: true });
  };

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "desk-panel") focusInput();
  });
  document.addEventListener("visibilitychange", () => document.hidden || focusInput());
  window.addEventListener("focus", focusInput);

  // A wedge scanner types into whatever has the focus: bring its letters to the input.
  document.addEventListener("keydown", (event) => {
    const free = !event.target.closest("input, textarea, select, button, a, summary");
    if (free && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) focusInput();
    if (event.key === "Escape") {
      const back = desk.querySelector("[data-desk-back]");
      if (back) back.click();
      else if (input()) input().select();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [input(), ...matches()].filter(Boolean);
    const place = stops.indexOf(document.activeElement);
    if (place < 0 || stops.length < 2) return;
    event.preventDefault();
    stops[Math.min(Math.max(place + (event.key === "ArrowDown" ? 1 : -1), 0), stops.length - 1)].focus();
  });

  // Other desks of the same day move the counters: ask now and then, and let a lost network pass in silence.
  const side = document.querySelector("[data-desk-side]");
  const refreshSide = async () => {
    if (document.hidden || side.contains(document.activeElement)) return;
    try {
      const answer = await fetch(side.dataset.deskSide, { headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) return;
      side.innerHTML = await answer.text();
      window.htmx.process(side);
    } catch {
      // the next turn will do
    }
  };
  setInterval(refreshSide, 15000);

  // Sound: off until asked for, remembered on this device.
  const button = document.querySelector("[data-desk-sound]");
  const key = "cartable-desk-sound";
  let audio = null;
  const isOn = () => localStorage.getItem(key) === "on";
  const show = () => {
    button.setAttribute("aria-pressed", String(isOn()));
    button.querySelector("[data-desk-sound-on]").hidden = !isOn();
    button.querySelector("[data-desk-sound-off]").hidden = isOn();
  };
  const notes = { yes: [[880, 0.09]], no: [[220, 0.16], [180, 0.22]], undo: [[440, 0.1]] };

  const play = (name) => {
    if (!isOn() || !notes[name]) return;
    audio = audio || new AudioContext();
    let start = audio.currentTime;
    for (const [pitch, length] of notes[name]) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.value = 0.12;
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + length);
      start += length;
    }
  };

  if (button) {
    button.hidden = false;
    show();
    button.addEventListener("click", () => {
      localStorage.setItem(key, isOn() ? "off" : "on");
      show();
      play("yes");
      focusInput();
    });
  }
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.target.id !== "desk-result") return;
    const told = desk.querySelector("[data-sound]");
    if (told) play(told.dataset.sound);
  });
  focusInput();
})();
