// The SHA-256 of the chosen file is computed here: the file itself never leaves this computer.
const form = document.querySelector("[data-check-document]");
const status = form.querySelector("[role=status]");

form.querySelector("[data-private]").hidden = false;
form.addEventListener("submit", async (event) => {
  const file = form.elements.file.files[0];
  if (!file || !globalThis.crypto?.subtle) return; // then the server reads it, and does not keep it
  event.preventDefault();
  status.textContent = form.dataset.working;
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  form.elements.sha256.value = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  form.elements.file.value = "";
  form.submit();
});
