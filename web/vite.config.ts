import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The server hands out what is built here; where it runs nothing of Node is needed.
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../python/lianjin/web",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the server's policy lets no data: address in
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700, // KB unpacked; what counts is packed, and tests hold that
  },
  server: {
    proxy: { "/api": process.env.LIANJIN_SERVER ?? "", "/hub": process.env.LIANJIN_SERVER ?? "" },
  },
});
