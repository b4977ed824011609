/* The class libraries, and the managed half of the runtime. */
_Alignas(16) static const unsigned char mscorlib_dll[] = {
#embed "mscorlib.dll"
};
_Alignas(16) static const unsigned char system_dll[] = {
#embed "System.dll"
};
_Alignas(16) static const unsigned char system_core_dll[] = {
#embed "System.Core.dll"
};
_Alignas(16) static const unsigned char system_numerics_dll[] = {
#embed "System.Numerics.dll"
};
_Alignas(16) static const unsigned char scripts_dll[] = {
#embed "Scripts.dll"
};

#define LIBRARY(name, bytes) &(const MonoBundledAssembly){ name, bytes, sizeof bytes }

static const MonoBundledAssembly *libraries[] = {
  LIBRARY("mscorlib.dll", mscorlib_dll),
  LIBRARY("System.dll", system_dll),
  LIBRARY("System.Core.dll", system_core_dll),
  LIBRARY("System.Numerics.dll", system_numerics_dll),
  LIBRARY("Scripts.dll", scripts_dll),
  NULL
};
