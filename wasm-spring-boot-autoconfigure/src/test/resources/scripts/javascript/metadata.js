export function handle(input, metadata) {
  console.log("called by", metadata.caller);
  return metadata;
}
