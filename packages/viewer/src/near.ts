/** How far from what is seen of a page something may be to count as near, so that it is there when it is scrolled to. */
const NEAR = "400px";

/** Waits until an element is near the part of the page that is seen, or the waiting is given up. */
export function near(element: Element, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      sight.disconnect();
      resolve();
    };
    const sight = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) done();
      },
      { rootMargin: NEAR },
    );
    sight.observe(element);
    signal.addEventListener("abort", done, { once: true });
  });
}
