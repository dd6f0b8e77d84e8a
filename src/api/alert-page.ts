import type { Caller } from "#app/caller.ts";
import type { Handlers } from "#contract/route.ts";
import { type Routes, routes } from "#contract/routes.ts";
import { alertPageScript } from "./alert-page-script.ts";

/**
 * Where a message's link leads. Mail scanners open links: the page says nothing without a key, and changes something only
 * when somebody presses its button.
 */
const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="robots" content="noindex" />
    <title>Alert</title>
    <script type="module" src="alert-page.js"></script>
  </head>
  <body>
    <main>
      <form id="door" hidden>
        <label for="key">Key</label>
        <input id="key" type="password" autocomplete="off" required />
        <button type="submit">Show the alert</button>
        <p>It stays in this tab. A key of role viewer shows the alert, one of role finops acknowledges it.</p>
      </form>
      <article id="alert" hidden>
        <h1 id="title"></h1>
        <p id="status"></p>
        <dl id="facts"></dl>
        <p id="acknowledged"></p>
        <form id="acknowledge" hidden>
          <label for="note">What is done about it</label>
          <input id="note" maxlength="500" autocomplete="off" />
          <button type="submit">Acknowledge</button>
        </form>
      </article>
      <p id="problem" role="alert"></p>
    </main>
    <noscript>This page needs JavaScript. On a command line: finops alerts --all</noscript>
  </body>
</html>
`;

const utf8 = new TextEncoder();

const documentOf = (text: string, contentType: string) => async () => ({
  status: 200 as const,
  bytes: utf8.encode(text),
  contentType,
});

export const makeAlertPage = (): Handlers<Routes, Caller>["alertPage"] => documentOf(html, routes.alertPage.document);

export const makeAlertPageScript = (): Handlers<Routes, Caller>["alertPageScript"] =>
  documentOf(alertPageScript, routes.alertPageScript.document);
