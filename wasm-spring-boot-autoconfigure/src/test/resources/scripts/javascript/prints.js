console.log("ready");
export const handle = () => "done";
