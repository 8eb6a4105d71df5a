// How the page is built: one folder without subfolders, for any server, a Tauri window among them.

import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

export default defineConfig({
  base: "./",
  plugins: [solid()],
  build: {
    target: "es2022",
    cssTarget: "esnext", // `light-dark()` stays as it is
    assetsDir: "",
    assetsInlineLimit: 0, // a strict policy forbids `data:`
    modulePreload: { polyfill: false }, // it would be an inline script's work
    reportCompressedSize: false,
  },
});
