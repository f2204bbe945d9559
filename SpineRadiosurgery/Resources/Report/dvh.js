"use strict";
// Makes the dose-volume histogram of a page interactive: structures on and off, and a crosshair
// that reads the nearest curve. Without it the page shows the same histogram.
(function () {
  const STEP_GY = 0.1;
  const LARGE_STEP_GY = 1;

  // Percent of the volume that receives a dose or more: linear between points, 0 beyond the last.
  function percentAt(curve, doseGy) {
    const doses = curve.dose_gy;
    if (doseGy > doses[doses.length - 1]) {
      return 0;
    }
    let low = 0;
    let high = doses.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (doses[middle] <= doseGy) {
        low = middle;
      } else {
        high = middle;
      }
    }
    const run = doses[high] - doses[low];
    const share = run > 0 ? (doseGy - doses[low]) / run : 0;
    return curve.percent[low] + share * (curve.percent[high] - curve.percent[low]);
  }

  function isShown(curve, off) {
    return curve.keys.every((key) => !off.has(key));
  }

  function toX(frame, doseGy) {
    return frame.left + ((frame.right - frame.left) * doseGy) / frame.dose_gy;
  }

  function toY(frame, percent) {
    return frame.bottom - ((frame.bottom - frame.top) * percent) / frame.percent;
  }

  function toDose(frame, x) {
    const share = (x - frame.left) / (frame.right - frame.left);
    return Math.min(Math.max(share, 0), 1) * frame.dose_gy;
  }

  function distanceToSegment(x, y, x1, y1, x2, y2) {
    const length = (x2 - x1) ** 2 + (y2 - y1) ** 2;
    const share = length > 0 ? ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length : 0;
    const at = Math.min(Math.max(share, 0), 1);
    return Math.hypot(x - x1 - at * (x2 - x1), y - y1 - at * (y2 - y1));
  }

  function distanceTo(curve, frame, x, y) {
    let nearest = Infinity;
    for (let n = 1; n < curve.dose_gy.length; n += 1) {
      nearest = Math.min(
        nearest,
        distanceToSegment(
          x,
          y,
          toX(frame, curve.dose_gy[n - 1]),
          toY(frame, curve.percent[n - 1]),
          toX(frame, curve.dose_gy[n]),
          toY(frame, curve.percent[n])
        )
      );
    }
    return nearest;
  }

  // The number of the curve nearest to a point of the drawing; -1 when none is shown.
  function nearestCurve(data, off, x, y) {
    let found = -1;
    let nearest = Infinity;
    data.curves.forEach((curve, number) => {
      const distance = isShown(curve, off) ? distanceTo(curve, data.frame, x, y) : Infinity;
      if (distance < nearest) {
        found = number;
        nearest = distance;
      }
    });
    return found;
  }

  // The next curve that is shown, up (-1) or down (1) the legend; the same when there is no other.
  function nextCurve(data, off, number, by) {
    const count = data.curves.length;
    for (let n = 1; n <= count; n += 1) {
      const other = (((number + by * n) % count) + count) % count;
      if (isShown(data.curves[other], off)) {
        return other;
      }
    }
    return -1;
  }

  // Where a key moves the crosshair: null for a key that means nothing here.
  function afterKey(data, off, place, key, isLarge) {
    const step = isLarge ? LARGE_STEP_GY : STEP_GY;
    const first = nextCurve(data, off, -1, 1);
    if (first < 0) {
      return null;
    }
    const from = place && isShown(data.curves[place.curve], off) ? place : null;
    const moves = {
      ArrowRight: (at) => ({ curve: at.curve, dose: onGrid(at.dose, step, 1) }),
      ArrowLeft: (at) => ({ curve: at.curve, dose: onGrid(at.dose, step, -1) }),
      ArrowDown: (at) => ({ curve: nextCurve(data, off, at.curve, 1), dose: at.dose }),
      ArrowUp: (at) => ({ curve: nextCurve(data, off, at.curve, -1), dose: at.dose }),
      Home: (at) => ({ curve: at.curve, dose: 0 }),
      End: (at) => ({ curve: at.curve, dose: lastDose(data.curves[at.curve]) }),
    };
    if (!Object.prototype.hasOwnProperty.call(moves, key)) {
      return null;
    }
    const next = from ? moves[key](from) : { curve: first, dose: data.frame.dose_gy / 2 };
    const dose = Math.min(Math.max(next.dose, 0), data.frame.dose_gy);
    return { curve: next.curve, dose: Math.round(dose * 1000) / 1000 };
  }

  // The next multiple of a step, so that keys read round doses wherever the pointer was before.
  function onGrid(dose, step, by) {
    const steps = dose / step;
    return (by > 0 ? Math.floor(steps + 1e-6) + 1 : Math.ceil(steps - 1e-6) - 1) * step;
  }

  function lastDose(curve) {
    return curve.dose_gy[curve.dose_gy.length - 1];
  }

  // Three digits of a volume, and never an exponent.
  function volumeText(cc) {
    const digits = cc >= 100 ? 0 : cc >= 10 ? 1 : cc >= 1 ? 2 : 3;
    return cc.toFixed(digits);
  }

  function reading(curve, doseGy) {
    const percent = percentAt(curve, doseGy);
    const volume = volumeText((percent / 100) * curve.cc);
    const inside = curve.inside ? ` ${curve.inside}` : "";
    return `${curve.name}: ${doseGy.toFixed(2)} Gy, ${percent.toFixed(1)} %, ${volume} cc${inside}`;
  }

  function keysOf(element) {
    return element.getAttribute("data-keys").split(" ");
  }

  function setShown(element, shown) {
    if (shown) {
      element.removeAttribute("display");
    } else {
      element.setAttribute("display", "none");
    }
  }

  function start(figure) {
    const data = JSON.parse(figure.querySelector(".dvh-data").textContent);
    const plot = figure.querySelector(".dvh-plot svg");
    const text = figure.querySelector(".dvh-reading");
    const cross = figure.querySelector(".dvh-cross");
    const paths = Array.from(figure.querySelectorAll(".dvh-curve"));
    const drawn = paths.concat(Array.from(figure.querySelectorAll(".dvh-number")));
    const entries = Array.from(figure.querySelectorAll("[data-key]"));
    const boxOf = (entry) => entry.querySelector("input");
    const off = new Set();
    let place = null;

    function show() {
      off.clear();
      entries.forEach((entry) => {
        const isOn = boxOf(entry).checked;
        entry.classList.toggle("dvh-off", !isOn);
        if (!isOn) {
          off.add(entry.getAttribute("data-key"));
        }
      });
      drawn.forEach((element) => setShown(element, isShown({ keys: keysOf(element) }, off)));
      if (place && !isShown(data.curves[place.curve], off)) {
        read(null);
      }
    }

    function mark(isMarked) {
      paths.forEach((path) => path.classList.toggle("dvh-near", isMarked(keysOf(path))));
    }

    function read(next, isSpoken) {
      place = next;
      setShown(cross, Boolean(next));
      text.setAttribute("aria-live", isSpoken ? "polite" : "off");
      if (!next) {
        text.textContent = "\u00a0";
        mark(() => false);
        return;
      }
      const frame = data.frame;
      const curve = data.curves[next.curve];
      const x = toX(frame, next.dose);
      const y = toY(frame, percentAt(curve, next.dose));
      cross
        .querySelector("path")
        .setAttribute("d", `M${frame.left},${y}H${x}M${x},${frame.top}V${frame.bottom}`);
      cross.querySelector("circle").setAttribute("cx", x);
      cross.querySelector("circle").setAttribute("cy", y);
      text.textContent = reading(curve, next.dose);
      mark((keys) => keys.join(" ") === curve.keys.join(" "));
    }

    function point(event) {
      const box = plot.getBoundingClientRect();
      const view = plot.viewBox.baseVal;
      const x = ((event.clientX - box.left) / box.width) * view.width;
      const y = ((event.clientY - box.top) / box.height) * view.height;
      const curve = nearestCurve(data, off, x, y);
      read(curve < 0 ? null : { curve: curve, dose: toDose(data.frame, x) }, false);
    }

    function reset() {
      entries.forEach((entry) => {
        boxOf(entry).checked = boxOf(entry).defaultChecked;
      });
      read(null);
      show();
    }

    plot.addEventListener("pointermove", point);
    plot.addEventListener("pointerdown", point);
    // A finger that is lifted leaves its reading; a mouse takes it along.
    plot.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") {
        read(null);
      }
    });
    plot.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        read(null);
      } else if (!event.ctrlKey && !event.altKey && !event.metaKey) {
        const next = afterKey(data, off, place, event.key, event.shiftKey);
        if (next) {
          event.preventDefault();
          read(next, true);
        }
      }
    });
    entries.forEach((entry) => {
      const key = entry.getAttribute("data-key");
      boxOf(entry).addEventListener("change", show);
      entry.addEventListener("pointerenter", () => mark((keys) => keys.includes(key)));
      entry.addEventListener("pointerleave", () => mark(() => false));
    });
    figure.querySelector("button").addEventListener("click", reset);

    figure.classList.add("dvh-live");
    figure.querySelectorAll("[hidden]").forEach((element) => element.removeAttribute("hidden"));
    plot.setAttribute("tabindex", "0");
    plot.setAttribute("role", "application");
    const help = figure.querySelector(".dvh-help");
    plot.setAttribute("aria-description", help.textContent);
    show();
  }

  if (typeof module !== "undefined") {
    module.exports = { percentAt, nearestCurve, nextCurve, afterKey, reading, toX, toY, toDose };
  } else {
    document.querySelectorAll("figure.dvh").forEach(start);
  }
})();
