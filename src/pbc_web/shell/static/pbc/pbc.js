// What the pages gain where JavaScript runs. Everything works without it.
import { initAll } from "../nhsuk/nhsuk-frontend.min.js";

initAll();
keepWords();
warnBeforeSessionEnds();
watchProgress();

// What is typed into a long form is kept in this browser tab until it is sent, so that a lost connection loses nothing.
function keepWords() {
  for (const area of document.querySelectorAll("textarea[name]")) {
    const key = `pbc:${location.pathname}:${area.name}`;
    if (!area.value && sessionStorage.getItem(key)) area.value = sessionStorage.getItem(key);
    area.addEventListener("input", () => sessionStorage.setItem(key, area.value));
  }
  if (document.querySelector(".nhsuk-notification-banner--success")) {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith("pbc:")) sessionStorage.removeItem(key);
  }
}

// A session that is about to end says so in time, and can be kept with one key (WCAG 2.2.1).
function warnBeforeSessionEnds() {
  const about = document.querySelector("meta[name=pbc-session]");
  if (!about) return;
  const seconds = Number(about.content) - Number(about.dataset.warning);
  setTimeout(() => {
    const box = document.createElement("div");
    box.className = "pbc-session-warning";
    box.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.textContent = `You will be signed out in ${Math.round(Number(about.dataset.warning) / 60)} minutes. What you saved is kept.`;
    const stay = document.createElement("button");
    stay.className = "nhsuk-button nhsuk-button--small";
    stay.textContent = "Stay signed in";
    stay.addEventListener("click", async () => {
      const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
      const answer = await fetch(about.dataset.extend, { method: "POST", headers: { "X-CSRFToken": token } });
      if (answer.ok) { box.remove(); warnBeforeSessionEnds(); } else location.reload();
    });
    box.append(words, stay);
    document.body.append(box);
    stay.focus();
  }, seconds * 1000);
}

// A page about work under way asks again how far it is, and is read again once it ends.
function watchProgress() {
  const box = document.querySelector("[data-progress]");
  if (!box) return;
  const bar = box.querySelector("progress");
  const words = box.querySelector("[role=status]");
  const ask = async () => {
    const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const now = await answer.json();
    bar.value = now.share_done;
    if (words.textContent !== now.message) words.textContent = now.message;
    if (now.is_over) location.reload();
    else setTimeout(ask, 1000);
  };
  setTimeout(ask, 1000);
}
