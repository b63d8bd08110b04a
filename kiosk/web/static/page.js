// Keeps the status page fresh: loads it again and exchanges the parts that changed. Without JavaScript the page
// reloads itself (noscript). Plain ES5: staff phones are old. A page that lost the kiosk says so, and goes on asking.
(function () {
  "use strict";
  var EVERY = 2000, PATIENCE = 10000, parts = ["light", "when", "rows", "wall"], failed = 0;
  var lost = document.getElementById("lost");

  function refresh() {
    var request = new XMLHttpRequest();
    request.open("GET", location.href.split("#")[0]);
    request.responseType = "document";
    request.timeout = PATIENCE;
    request.onload = function () {
      if (request.status === 200 && request.response && exchange(request.response)) { found(); } else { miss(); }
    };
    request.onerror = request.ontimeout = miss;
    request.onloadend = function () { setTimeout(refresh, EVERY); };
    request.send();
  }

  function exchange(fresh) {
    for (var i = 0; i < parts.length; i += 1) {
      var now = document.getElementById(parts[i]), next = fresh.getElementById(parts[i]);
      if (!now || !next) { return false; }
      if (now.outerHTML !== next.outerHTML) { now.parentNode.replaceChild(document.importNode(next, true), now); }
    }
    document.title = fresh.title;
    return true;
  }

  function miss() {
    failed += 1;
    if (failed === 3) {  // one lost answer is a hiccup of the network, three are not
      lost.querySelector("span").textContent = document.querySelector("#when time").textContent + ".";
      lost.hidden = false;
      document.getElementById("live").className = "stale";
    }
  }

  function found() {
    failed = 0;
    lost.hidden = true;
    document.getElementById("live").className = "";
  }

  setTimeout(refresh, EVERY);
}());
