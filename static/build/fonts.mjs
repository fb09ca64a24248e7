// Fonts come from npm and are served by us: a sans for prose, a monospace with a slashed zero for what is typed.

export const FONTS = [
  {
    family: "Source Sans 3",
    package: "@fontsource-variable/source-sans-3",
    file: "source-sans-3",
    styles: ["normal", "italic"],
    weights: "200 900",
  },
  {
    family: "Inconsolata",
    package: "@fontsource-variable/inconsolata",
    file: "inconsolata",
    styles: ["normal"],
    weights: "200 900",
  },
];

// Which characters each file has, as Google Fonts cuts them.
const SUBSETS = {
  latin:
    "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329, U+2000-206F, " +
    "U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD",
  "latin-ext":
    "U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+0304, U+0308, U+0329, U+1D00-1DBF, " +
    "U+1E00-1E9F, U+1EF2-1EFF, U+2020, U+20A0-20AB, U+20AD-20C0, U+2113, U+2C60-2C7F, U+A720-A7FF",
};

/** The files of a font: where npm has them and what we call them. */
export function fontFiles(font) {
  return Object.keys(SUBSETS).flatMap((subset) =>
    font.styles.map((style) => {
      const name = `${font.file}-${subset}-wght-${style}.woff2`;
      return { subset, style, name, source: `${font.package}/files/${name}` };
    }),
  );
}

/** CSS that makes a font's files known. */
export function fontFaces(font) {
  return fontFiles(font)
    .map(
      ({ subset, style, name }) => `@font-face {
  font-family: "${font.family}";
  font-style: ${style};
  font-weight: ${font.weights};
  font-display: swap;
  src: url("../fonts/${name}") format("woff2");
  unicode-range: ${SUBSETS[subset]};
}`,
    )
    .join("\n");
}
