// Shows what a function answered. The frame has an origin of its own, and may load and run nothing else.
addEventListener("message", (event) => {
  if (event.source === parent && typeof event.data === "string") {
    const shown = new DOMParser().parseFromString(event.data, "text/html");
    document.replaceChild(document.adoptNode(shown.documentElement), document.documentElement);
  }
});
