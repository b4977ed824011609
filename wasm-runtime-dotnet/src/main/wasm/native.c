/* System.Native, which the class libraries call for files and the like: a sandbox has none of it. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "native.h"

static int none0(void) { return 0; }
static int denied1(int a) { errno = ENOENT; return -1; }
static int denied2(int a, int b) { errno = ENOENT; return -1; }
static int denied3(int a, int b, int c) { errno = ENOENT; return -1; }
static int no_folder(int a) { errno = ENOENT; return 0; }
static int end_of_folder(int a, int b, int c, int d) { return -1; }
static int user(void) { return 1000; }

/* The numbers that the libraries have for errors */
static const struct { int platform, pal; } errors[] = {
  { 0, 0 }, { EACCES, 0x10002 }, { EBADF, 0x10008 }, { EEXIST, 0x10014 }, { EINVAL, 0x1001c }, { EIO, 0x1001e }, { EISDIR, 0x10020 },
  { ENOENT, 0x1002d }, { ENOMEM, 0x10031 }, { ENOSYS, 0x10037 }, { ENOTDIR, 0x10039 }, { ENOTSUP, 0x1003d }, { EPERM, 0x10042 },
};

static int to_pal(int error) {
  for (unsigned i = 0; i < sizeof errors / sizeof *errors; i++) if (errors[i].platform == error) return errors[i].pal;
  return 0x1ffff;
}

static int from_pal(int error) {
  for (unsigned i = 0; i < sizeof errors / sizeof *errors; i++) if (errors[i].pal == error) return errors[i].platform;
  return -1;
}

static char *message(int error, char *buffer, int size) {
  snprintf(buffer, (size_t)size, "%s", strerror(error));
  return buffer;
}

static void random_bytes(unsigned char *to, int n) {
  for (; n > 0; to += 256, n -= 256) getentropy(to, n < 256 ? (size_t)n : 256);
}

static const struct { const char *name; void *function; } functions[] = {
  { "ChMod", denied2 }, { "CloseDir", denied1 }, { "ConvertErrorPalToPlatform", from_pal }, { "ConvertErrorPlatformToPal", to_pal }, { "CopyFile", denied2 },
  { "FStat2", denied2 }, { "GetEGid", user }, { "GetEUid", user }, { "GetNonCryptographicallySecureRandomBytes", random_bytes }, { "GetReadDirRBufferSize", none0 },
  { "LChflags", denied2 }, { "LChflagsCanSetHiddenFlag", none0 }, { "LStat2", denied2 }, { "Link", denied2 }, { "MkDir", denied2 }, { "OpenDir", no_folder },
  { "ReadDirR", end_of_folder }, { "ReadLink", denied3 }, { "Rename", denied2 }, { "RmDir", denied1 }, { "Stat2", denied2 }, { "StrErrorR", message },
  { "Symlink", denied2 }, { "UTime", denied2 }, { "UTimes", denied2 }, { "Unlink", denied1 },
};

void *native_library(const char *name, int flags, char **error, void *data) {
  return name && strstr(name, "System.Native") ? (void *)functions : NULL;
}

void *native_function(void *handle, const char *name, char **error, void *data) {
  if (!strncmp(name, "SystemNative_", 13)) name += 13;
  for (unsigned i = 0; i < sizeof functions / sizeof *functions; i++) if (!strcmp(functions[i].name, name)) return functions[i].function;
  return NULL;
}
