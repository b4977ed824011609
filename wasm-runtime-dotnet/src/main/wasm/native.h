/* How Mono asks for native libraries: see native.c. */
void *native_library(const char *name, int flags, char **error, void *data);
void *native_function(void *handle, const char *name, char **error, void *data);
