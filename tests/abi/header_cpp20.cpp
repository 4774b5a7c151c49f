// One public header, alone and twice, as a C++20 host includes it. REMORA_HEADER names it.
#include REMORA_HEADER
#include REMORA_HEADER
