// A passkey that was not used says so on the page: the library tells the console alone.
document.addEventListener("allauth.error", (event) => {
  const told = document.getElementById("passkey-fault");
  if (!told) return;
  event.preventDefault();
  const cancelled = event.detail.exception && event.detail.exception.name === "NotAllowedError";
  told.textContent = cancelled
    ? "No passkey was used: it was cancelled, or took too long. Try again, or use your password and code."
    : "The passkey did not work here. Use your password and code instead.";
});
