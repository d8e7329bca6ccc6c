import "@watertight/viewer";
import { useState } from "react";
import { createRoot } from "react-dom/client";
import manifests from "../shop.yaml";

const SOURCES = [{ path: "shop.yaml", text: manifests }];

// React 19 sets properties of custom elements, and listens to any event that follows an "on".
function Cluster() {
  const [selected, setSelected] = useState("nothing");
  const [pairs, setPairs] = useState();
  return (
    <>
      <h1>Who may reach the database</h1>
      <watertight-viewer
        sources={SOURCES}
        theme="light"
        onwatertight-ready={({ detail }) => setPairs(detail.pairs)}
        onwatertight-select={({ detail }) => setSelected(detail.selection?.id ?? "nothing")}
      />
      <p id="told">{pairs === undefined ? "reading" : `${pairs} pairs; ${selected} is selected`}</p>
    </>
  );
}

createRoot(document.getElementById("root")).render(<Cluster />);
