// Passkeys. The browser speaks in bytes, the server in base64url. Without script the password stays.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function send(address, form, key) {
  const fields = new URLSearchParams({ csrf: form.elements.csrf.value });
  if (key) fields.set("key", JSON.stringify(key));
  const answer = await fetch(address, { method: "POST", body: fields });
  if (answer.redirected) {
    location.assign(answer.url);
    return new Promise(() => {});
  }
  if (!answer.ok) throw new Error("refused");
  return answer.json();
}

function read(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials])
    for (const each of list || []) each.id = bytes(each.id);
  return options;
}

function written(made) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (made.response[name]) response[name] = text(made.response[name]);
  return { id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} };
}

async function run(form) {
  const publicKey = read(await send(form.dataset.ask, form));
  const made = publicKey.user
    ? await navigator.credentials.create({ publicKey })
    : await navigator.credentials.get({ publicKey });
  location.assign((await send(form.dataset.give, form, written(made))).on);
}

for (const form of document.querySelectorAll("form[data-ask]")) {
  if (!window.PublicKeyCredential) break;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form).catch(() => { form.querySelector(".problem").hidden = false; });
  });
}
