// Keeps the status page fresh. The kiosk sends a tag each second (server-sent events); when it is not the page's own,
// the page is loaded again and the parts that changed are exchanged. A browser without such events asks now and then,
// one without JavaScript reloads itself (noscript). Plain ES5: staff phones are old.
(function () {
  "use strict";
  var ASK = 5000, PATIENCE = 10000, parts = ["light", "more", "when", "rows", "share", "people", "wall"];
  var live = document.getElementById("live"), lost = document.getElementById("lost");
  var last = new Date().getTime(), quiet = 6000, busy = false;

  function listen() {
    if (!window.EventSource) { ask(); return; }
    var source = new window.EventSource("/events");
    source.onmessage = function (event) {
      heard();
      if (event.data !== live.getAttribute("data-tag")) { load(); }
    };
    source.onerror = function () {
      if (source.readyState === 2) { source.close(); ask(); }  // refused: the browser will not try again by itself
    };
  }

  function ask() {
    quiet = 3 * ASK;
    load();
    setTimeout(ask, ASK);
  }

  function load() {
    if (busy) { return; }
    var request = new XMLHttpRequest();
    busy = true;
    request.open("GET", location.href.split("#")[0]);
    request.responseType = "document";
    request.timeout = PATIENCE;
    request.onload = function () {
      var fresh = request.response;
      if (request.status === 401 || request.status === 403) { location.reload(); }
      if (request.status !== 200 || !fresh) { return; }
      if (fresh.getElementById("live")) { exchange(fresh); heard(); } else { location.reload(); }
    };
    request.onloadend = function () { busy = false; };
    request.send();
  }

  function exchange(fresh) {
    var held = document.activeElement, link = held && held.getAttribute("href");
    for (var i = 0; i < parts.length; i += 1) {
      var now = document.getElementById(parts[i]), next = fresh.getElementById(parts[i]);
      if (now.innerHTML !== next.innerHTML) {
        var within = link && now.contains(held);
        now.innerHTML = next.innerHTML;
        now.className = next.className;
        if (within) { hold(now, link); }
      }
    }
    document.title = fresh.title;
    live.setAttribute("data-tag", fresh.getElementById("live").getAttribute("data-tag"));
  }

  function hold(part, link) {  // whoever came by keyboard stays where they were
    var links = part.getElementsByTagName("a");
    for (var i = 0; i < links.length; i += 1) {
      if (links[i].getAttribute("href") === link) { links[i].focus(); return; }
    }
  }

  function heard() {
    last = new Date().getTime();
    if (!lost.hidden) {
      lost.hidden = true;
      live.className = "";
    }
  }

  setInterval(function () {
    if (lost.hidden && new Date().getTime() - last > quiet) {
      lost.getElementsByTagName("span")[0].textContent = document.querySelector("#when time").textContent + ".";
      lost.hidden = false;
      live.className = "stale";
    }
  }, 1000);

  listen();
}());
