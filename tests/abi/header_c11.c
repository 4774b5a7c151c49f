/* One public header, alone and twice, as a C11 host includes it. REMORA_HEADER names it. */
#include REMORA_HEADER
#include REMORA_HEADER

/* A translation unit has to declare something. */
extern int remora_header_c11;
