/// <reference types="vitest/config" />
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin, type ProxyOptions } from "vite";

/** The server that `npm run dev` passes requests on to. */
const SERVER = process.env.DEEPFORGE_URL ?? "http://127.0.0.1:8888";

/** A `.gz` beside each text file, so that the server has nothing to compress. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle(options, bundle) {
      for (const name of Object.keys(bundle)) {
        if (!/\.(js|css|svg)$/.test(name)) continue;
        const file = join(options.dir ?? ".", name);
        const data = readFileSync(file);
        if (data.length > 1024) writeFileSync(`${file}.gz`, gzipSync(data, { level: 9 }));
      }
    },
  };
}

/** Pass requests on as if the server's own page had sent them. */
function passedOn(ws: boolean): ProxyOptions {
  return {
    target: SERVER,
    ws,
    changeOrigin: true,
    configure: (proxy) => {
      proxy.on("proxyReq", (request) => request.setHeader("origin", SERVER));
      proxy.on("proxyReqWs", (request) => request.setHeader("origin", SERVER));
    },
  };
}

/** The tests that need a page, as they say in their first line, or that put something else in a module's place. */
function afresh(): string[] {
  return readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((path) => /\.test\.tsx?$/.test(path))
    .map((path) => join("src", path))
    .filter((path) => /@vitest-environment|\bvi\.(mock|stubGlobal)\(/.test(readFileSync(path, "utf8")));
}

const AFRESH = afresh();

export default defineConfig({
  plugins: [react(), compressed()],
  resolve: { alias: { "@": join(import.meta.dirname, "src") } },
  cacheDir: process.env.VITE_CACHE_DIR ?? "node_modules/.vite",
  build: {
    outDir: "../src/deepforge/server/web",
    emptyOutDir: true,
    assetsInlineLimit: 0, // the page may load fonts and pictures from its own server only
    target: "es2022",
    chunkSizeWarningLimit: 6000,
    rolldownOptions: {
      output: {
        // Pieces of a few hundred bytes that several views share are one file: each alone costs a request. What nearly
        // all views share is another; what fewer share stays apart, or each view would load what another needs.
        codeSplitting: {
          groups: [
            { name: "icons", test: /@tabler/, minShareCount: 2 },
            { name: "base", test: /src.(state|api)./, minShareCount: 12 },
          ],
        },
      },
    },
  },
  worker: { format: "es" },
  server: {
    proxy: {
      "/api": passedOn(true),
      "/static": passedOn(false),
      "/enter": passedOn(false),
      "/openapi.json": passedOn(false),
    },
  },
  test: {
    environment: "node", // a test of what needs a page says so in its first line: @vitest-environment happy-dom
    setupFiles: ["src/test-setup.ts"],
    restoreMocks: true,
    isolate: false, // files share processes: most of their time would be to load the same libraries
    projects: [
      { extends: true, test: { name: "afresh", include: AFRESH, setupFiles: ["src/test-afresh.ts"] } },
      {
        extends: true,
        test: { name: "together", include: ["src/**/*.test.{ts,tsx}"], exclude: AFRESH },
      },
    ],
  },
});
