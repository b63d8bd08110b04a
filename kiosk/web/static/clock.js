// Shows this phone's time in Vietnam and sends it along. Without JavaScript the time is typed. Plain ES5.
(function () {
  "use strict";
  var VIETNAM = 7 * 3600 * 1000, DAYS = { vi: ["Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu",
    "thứ Bảy"], en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] };
  var form = document.getElementById("clock"), at = document.getElementById("at");
  var shown = document.getElementById("phone"), typing = document.getElementById("typing");
  var days = DAYS[document.documentElement.lang] || DAYS.vi;

  function two(number) { return (number < 10 ? "0" : "") + number; }

  function tick() {
    var now = new Date(new Date().getTime() + VIETNAM);
    shown.textContent = two(now.getUTCHours()) + ":" + two(now.getUTCMinutes()) + ":" + two(now.getUTCSeconds()) + ", " +
      days[now.getUTCDay()] + " " + now.getUTCDate() + "/" + (now.getUTCMonth() + 1) + "/" + now.getUTCFullYear();
  }

  typing.parentNode.removeChild(typing);
  form.addEventListener("submit", function () { at.value = String(new Date().getTime()); });
  setInterval(tick, 1000);
  tick();
}());
