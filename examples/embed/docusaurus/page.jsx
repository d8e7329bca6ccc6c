// What MDX makes of a page of Docusaurus:
//
//     # Who may reach the database
//
//     <watertight-viewer src="shop.yaml" focus="shop/db" theme="light" height="420" />
export function Page() {
  return (
    <article>
      <h1>Who may reach the database</h1>
      <watertight-viewer src="shop.yaml" focus="shop/db" theme="light" height="420" />
    </article>
  );
}
