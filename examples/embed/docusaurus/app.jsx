import { hydrateRoot } from "react-dom/client";
import { Page } from "./page.jsx";

// Docusaurus renders pages when it builds them and takes over in the browser, where the element may already be at work.
hydrateRoot(document.getElementById("__docusaurus"), <Page />, {
  onRecoverableError: (error) => console.error(error.message),
});
