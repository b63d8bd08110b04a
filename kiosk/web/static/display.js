// Exchanges the wall's picture when it changed, without a flicker: the new one is decoded before it is shown. It is
// asked for in the size of this window, so that every module of the QR code is whole pixels. Without JavaScript the
// page reloads itself (noscript).
(function () {
  "use strict";
  var EVERY = 5000, wall = document.getElementById("wall"), shown = "";

  function size() {
    var ratio = window.devicePixelRatio || 1, w = Math.round(innerWidth * ratio), h = Math.round(innerHeight * ratio);
    var long = Math.max(w, h), short = Math.min(w, h);
    return long < 480 || long > 3840 || short < 320 || short > 2160 ? "?" : "?w=" + w + "&h=" + h;
  }

  function refresh() {
    var address = "/display.png" + size();
    var request = new XMLHttpRequest();
    request.open("HEAD", address);
    request.onload = function () {
      var tag = address + " " + request.getResponseHeader("ETag");
      if (request.status === 200 && tag !== shown) { exchange(address, tag); }
    };
    request.onloadend = function () { setTimeout(refresh, EVERY); };  // a lost kiosk leaves the last picture standing
    request.send();
  }

  function exchange(address, tag) {
    var next = new Image();
    next.onload = function () {
      next.id = wall.id;
      next.alt = wall.alt;
      wall.parentNode.replaceChild(next, wall);
      wall = next;
      shown = tag;
    };
    next.src = address + "&tag=" + encodeURIComponent(tag);
  }

  // The kiosk's own browser says every moment that it is alive and draws; if it falls silent, the kiosk paints the
  // screen itself (services/browse.py). requestAnimationFrame: a window that nobody composes draws nothing.
  function beat() {
    var ratio = window.devicePixelRatio || 1, request = new XMLHttpRequest();
    var size = "&w=" + Math.round(innerWidth * ratio) + "&h=" + Math.round(innerHeight * ratio);
    request.open("HEAD", "/display?wall=" + own[1] + size);
    request.timeout = 3000;
    request.onloadend = function () { setTimeout(function () { requestAnimationFrame(beat); }, 1000); };
    request.send();
  }

  var own = /[?&]wall=(\w+)/.exec(location.search);
  if (own) { beat(); }
  refresh();
}());
