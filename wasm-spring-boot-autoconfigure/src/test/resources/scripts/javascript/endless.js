for (;;) {}
export const handle = () => 1;
