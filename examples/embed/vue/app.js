import "@watertight/viewer";
import { createApp, h, ref } from "vue";
import manifests from "../shop.yaml";

const SOURCES = [{ path: "shop.yaml", text: manifests }];

// A render function, so that no template is compiled in the page. In a single-file component the same is
//   <watertight-viewer :sources="SOURCES" @watertight-select="…" />
// with compilerOptions.isCustomElement: (tag) => tag === "watertight-viewer".
const Cluster = {
  setup() {
    const selected = ref("nothing");
    const pairs = ref();
    return () => [
      h("h1", "Who may reach the database"),
      h("watertight-viewer", {
        sources: SOURCES,
        theme: "light",
        "onWatertight-ready": ({ detail }) => (pairs.value = detail.pairs),
        "onWatertight-select": ({ detail }) => (selected.value = detail.selection?.id ?? "nothing"),
      }),
      h("p", { id: "told" }, pairs.value === undefined ? "reading" : `${pairs.value} pairs; ${selected.value} is selected`),
    ];
  },
};

createApp(Cluster).mount("#root");
