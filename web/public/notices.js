// Shows one sentence when something new has come, and opens the page. It keeps nothing and answers no request of the
// page: whatever this site shows comes from its server each time.
const sentences = { de: "Es gibt etwas Neues.", en: "There is something new." };

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const language = textOf(event.data) === "en" ? "en" : "de";
  // One at a time: the next one takes the place of this one.
  const options = { lang: language, tag: "news", renotify: true };
  event.waitUntil(self.registration.showNotification(sentences[language], options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show());
});

function textOf(data) {
  try {
    return data.text();
  } catch {
    return "";
  }
}

async function show() {
  const [open] = await self.clients.matchAll({ type: "window" });
  await (open ? open.focus() : self.clients.openWindow("/"));
}
