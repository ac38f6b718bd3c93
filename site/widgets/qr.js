// A link as a QR code.

import { encodeQr, html } from "./vendor.js";

/** Black on white even in dark mode, as phones need it. @param {string} text @param {string} name */
export function qrCode(text, name) {
  const { data, size } = encodeQr(text, { border: 4 });
  const squares = data.flatMap((row, y) =>
    row.flatMap((on, x) => (on ? `M${x} ${y}h1v1h-1z` : [])),
  );
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label=${name} shape-rendering="crispEdges"><path fill="white" d="M0 0h${size}v${size}H0z"/><path fill="black" d=${squares.join("")}/></svg>`;
}
