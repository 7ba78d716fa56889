// A scanned code stands after the # so that no log holds it. Signed in: into its field, and out of
// the address. Not yet: kept after the # through the sign-in.
const code = location.hash.slice(1);
const field = document.getElementById("code");
const door = document.getElementById("door");
if (code && field) {
  field.value = code;
  history.replaceState(null, "", location.pathname);
  field.form.querySelector("button").focus();
} else if (code && door) {
  door.action += "#" + code;
}
