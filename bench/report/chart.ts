/** One case: a bar for every side, drawn to the scale of the case. */
export interface BarGroup {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly { readonly label: string; readonly value: number }[];
}

const WIDTH = 720;
const LABEL_WIDTH = 130;
const BAR_WIDTH = 460;
const BAR_HEIGHT = 16;
const ROW = 20;
const TITLE = 26;
const GAP = 14;

/** Horizontal bars in groups, each group to a scale of its own; ours is the coloured one. */
export function barChart(title: string, groups: readonly BarGroup[]): string {
  const body: string[] = [];
  let y = 40;
  for (const group of groups) {
    const longest = Math.max(...group.bars.map((bar) => bar.value));
    body.push(text(16, y + 14, group.title, "group"));
    y += TITLE;
    for (const { label, value } of group.bars) {
      const width = Math.max(1, (value / longest) * BAR_WIDTH);
      const middle = y + BAR_HEIGHT - 4;
      body.push(text(LABEL_WIDTH - 8, middle, label, "label"));
      body.push(
        `<rect x="${LABEL_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" class="${label === "ours" ? "ours" : "peer"}"/>`,
      );
      body.push(text(LABEL_WIDTH + width + 6, middle, `${value} ${group.unit}`, "value"));
      y += ROW;
    }
    y += GAP;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" role="img">
<title>${escapeXml(title)}</title>
<style>
  text { font: 12px sans-serif; fill: #24292f }
  .heading { font-size: 15px; font-weight: bold }
  .group { font-weight: bold }
  .label { text-anchor: end }
  .ours { fill: #ffb000 }
  .peer { fill: #9aa5b1 }
</style>
<rect width="100%" height="100%" fill="#ffffff"/>
${text(16, 24, title, "heading")}
${body.join("\n")}
</svg>
`;
}

function text(x: number, y: number, content: string, style: string): string {
  return `<text x="${x.toFixed(1)}" y="${y}" class="${style}">${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
