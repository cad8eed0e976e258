// The one script of the dashboard: the function key, JSON bodies, sliders, refreshing, downloads and charts. Pages and fragments come from the server, by htmx.
(() => {
  "use strict";

  const keyName = "billing-function-key";
  const dialog = document.getElementById("key-dialog");
  const forget = document.getElementById("forget-key");
  const key = () => sessionStorage.getItem(keyName);
  const headers = () => (key() ? { "x-functions-key": key() } : {});
  const regionOf = (element) => element.closest("[hx-get][hx-trigger]");
  const refresh = (region) => region && htmx.trigger(region, "refresh");

  // --- The key: asked for once, when the app first demands it, and kept for this tab.

  document.addEventListener("htmx:configRequest", (event) => Object.assign(event.detail.headers, headers()));

  const askForKey = () => {
    sessionStorage.removeItem(keyName);
    if (!dialog.open) dialog.showModal();
  };

  document.addEventListener("htmx:responseError", (event) => event.detail.xhr.status === 401 && askForKey());

  dialog.querySelector("form").addEventListener("submit", (event) => {
    const field = event.target.elements.key;
    sessionStorage.setItem(keyName, field.value);
    field.value = "";
    forget.hidden = false;
    document.querySelectorAll("[hx-trigger*=refresh]").forEach(refresh);
  });

  forget.hidden = !key();
  forget.addEventListener("click", () => {
    sessionStorage.removeItem(keyName);
    location.reload();
  });

  // --- What the server did not answer at all.

  document.addEventListener("htmx:sendError", () => say("The app does not answer. It is tried again when the page asks next."));

  const say = (text) => {
    const message = document.createElement("article");
    message.setAttribute("role", "alert");
    message.textContent = text;
    document.getElementById("message").replaceChildren(message);
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.requestConfig.verb !== "get") document.getElementById("message").replaceChildren();
  });

  // --- JSON bodies: empty fields are left out, a lone checkbox is a boolean, data-type="number" makes a number, name[] is a list, and times are UTC.

  const read = (field, value) =>
    field.type === "checkbox" ? true
    : field.type === "range" ? numberOf(field)
    : field.type === "number" || field.dataset?.type === "number" ? Number(value)
    : field.type === "datetime-local" ? new Date(`${value}Z`).toISOString()
    : value;

  htmx.defineExtension("json", {
    onEvent: (name, event) => {
      if (name === "htmx:configRequest") event.detail.headers["Content-Type"] = "application/json";
    },
    encodeParameters: (xhr, parameters, form) => {
      const body = {};
      for (const [name, value] of new FormData(form)) {
        if (value === "") continue;
        if (name.endsWith("[]")) (body[name.slice(0, -2)] ??= []).push(value);
        else body[name] = read(form.elements.namedItem(name), value);
      }
      return JSON.stringify(body);
    },
  });

  // --- Sliders: one with data-scale="log" stands for ten to its power, to two digits; <span data-value-of="name"> shows the number.

  const numberOf = (slider) => Number(slider.dataset.scale === "log" ? (10 ** Number(slider.value)).toPrecision(2) : slider.value);

  const showNumber = (slider) => {
    const text = numberOf(slider).toLocaleString("en");
    slider.setAttribute("aria-valuetext", text);
    slider.form.querySelector(`[data-value-of="${slider.name}"]`).textContent = text;
  };

  document.querySelectorAll("input[type=range]").forEach(showNumber);
  document.addEventListener("input", (event) => event.target.type === "range" && showNumber(event.target));

  // --- Refreshing: a fragment asks for its region to be loaded again after so many seconds; never while nobody looks.

  const due = new WeakMap();

  const poll = () => {
    if (document.hidden) return;
    const now = performance.now();
    for (const mark of document.querySelectorAll("[data-poll]")) {
      const at = due.get(mark);
      if (at === undefined) due.set(mark, now + 1000 * Number(mark.dataset.poll));
      else if (now >= at) {
        due.set(mark, now + 1000 * Number(mark.dataset.poll));
        refresh(regionOf(mark));
      }
    }
  };

  setInterval(poll, 250);

  const afterSwap = (root) => {
    root.querySelectorAll("[data-refresh]").forEach((mark) => {
      refresh(document.querySelector(mark.dataset.refresh));
      mark.remove();
    });
    root.querySelectorAll("[data-chart]").forEach(draw);
  };

  document.addEventListener("htmx:load", (event) => afterSwap(event.detail.elt.parentElement ?? document));

  // --- Downloads: a link that is signed for a few minutes, since no key may stand in an address.

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-download]");
    if (!button) return;
    const answer = await fetch(`/api/download_links?path=${encodeURIComponent(button.dataset.download)}`, { headers: headers() });
    if (answer.status === 401) askForKey();
    else if (answer.ok) location.assign((await answer.json()).url);
    else say((await answer.json()).detail);
  });

  // --- Copying: <button data-copy="selector of a field">.

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.querySelector(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copied";
    } catch {
      // Not allowed, or not over HTTPS: it is selected, for the keyboard.
      button.textContent = "Press Ctrl+C";
    }
  });

  // --- Charts: <div data-chart="line or bars" data-values="[[x…],[y…]]" data-labels="[…]">, in the colours of the page; x are times, labels, or with data-x="number" what they are.

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const draw = (element) => {
    if (element.firstChild) return;
    const labels = element.dataset.labels ? JSON.parse(element.dataset.labels) : null;
    const isSmall = element.dataset.size === "small";
    const axis = { stroke: colour("--pico-muted-color"), grid: { stroke: colour("--pico-muted-border-color") }, ticks: { stroke: colour("--pico-muted-border-color") } };
    const series = { stroke: colour("--pico-primary"), fill: colour("--pico-primary-focus"), points: { show: false } };
    if (element.dataset.chart === "bars") series.paths = uPlot.paths.bars({ size: [0.7, 60] });
    new uPlot(
      {
        width: element.clientWidth || 300,
        height: isSmall ? 40 : 220,
        legend: { show: false },
        cursor: { show: !isSmall },
        scales: { x: { time: !labels && element.dataset.x !== "number", range: labels ? [-0.5, labels.length - 0.5] : undefined }, y: { range: (plot, low, high) => [0, Math.max(high, 1)] } },
        axes: isSmall ? [{ show: false }, { show: false }] : [labels ? { ...axis, splits: () => labels.map((_, at) => at), values: () => labels } : axis, axis],
        series: [{}, series],
      },
      JSON.parse(element.dataset.values),
      element);
  };
})();
