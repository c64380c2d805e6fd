/*
 * A PKCS#11 module that passes everything on to a real one (SoftHSM) and misbehaves where SHIM says so, in ways that
 * devices do and SoftHSM does not: PINs that lock, keypads, touches, a token pulled out, a module that hangs or crashes.
 *
 * The function list of PKCS#11 2.x is a version and 68 pointers in an order that the standard fixes.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long (*function)();

enum { GET_FUNCTION_LIST = 3, GET_SLOT_LIST = 4, GET_TOKEN_INFO = 6, LOGIN = 18, SIGN = 43, COUNT = 68 };
enum { FLAGS_OFFSET = 96 };
enum { PROTECTED_PATH = 0x100, COUNT_LOW = 0x10000, FINAL_TRY = 0x20000, LOCKED = 0x40000 };
enum { TRIES = 3 };

struct function_list {
  unsigned char version[8];
  function functions[COUNT];
};

static struct function_list *real;
static struct function_list ours;

static int is(const char *mode) {
  const char *wanted = getenv("SHIM");
  return wanted && strcmp(wanted, mode) == 0;
}

/* A count that is kept in a file, as a token keeps the wrong PINs so far. */
static int counted(int change) {
  const char *path = getenv("SHIM_STATE");
  int count = 0;
  FILE *file = path ? fopen(path, "r") : NULL;
  if (file) {
    if (fscanf(file, "%d", &count) != 1) count = 0;
    fclose(file);
  }
  if (change != 0) {
    count = change > 0 ? count + change : 0;
    file = path ? fopen(path, "w") : NULL;
    if (file) {
      fprintf(file, "%d", count);
      fclose(file);
    }
  }
  return count;
}

static unsigned long get_slot_list(unsigned char present, unsigned long *slots, unsigned long *count) {
  if (is("hang-list")) for (;;) pause();
  if (is("removed") && counted(0) > 0) {
    *count = 0;
    return 0;
  }
  return real->functions[GET_SLOT_LIST](present, slots, count);
}

static unsigned long get_token_info(unsigned long slot, unsigned char *info) {
  unsigned long result = real->functions[GET_TOKEN_INFO](slot, info);
  if (result != 0) return result;
  unsigned long flags;
  memcpy(&flags, info + FLAGS_OFFSET, sizeof flags);
  if (is("locks")) {
    int wrong = counted(0);
    flags &= ~(unsigned long)(COUNT_LOW | FINAL_TRY | LOCKED);
    if (wrong > 0) flags |= COUNT_LOW;
    if (wrong == TRIES - 1) flags |= FINAL_TRY;
    if (wrong >= TRIES) flags |= LOCKED;
  }
  if (is("keypad")) flags |= PROTECTED_PATH;
  memcpy(info + FLAGS_OFFSET, &flags, sizeof flags);
  return 0;
}

/* What others on the machine could see of this process. */
static void log_command_line(void) {
  const char *path = getenv("SHIM_LOG");
  FILE *log = path ? fopen(path, "a") : NULL;
  FILE *own = fopen("/proc/self/cmdline", "r");
  int byte;
  while (log && own && (byte = fgetc(own)) != EOF) fputc(byte ? byte : ' ', log);
  if (log) {
    fprintf(log, "\nPLAYGROUND_PIN is %s\n", getenv("PLAYGROUND_PIN") ? "there" : "not there");
    fclose(log);
  }
  if (own) fclose(own);
}

static unsigned long login(unsigned long session, unsigned long user, char *pin, unsigned long length) {
  log_command_line();
  if (is("keypad")) {
    if (pin && length > 0) return 0xa1; /* CKR_PIN_INVALID: it is to be typed on the keypad */
    pin = getenv("SHIM_PIN");
    length = strlen(pin);
  }
  if (is("locks") && counted(0) >= TRIES) return 0xa4; /* CKR_PIN_LOCKED */
  unsigned long result = real->functions[LOGIN](session, user, pin, length);
  if (is("locks")) {
    if (result == 0xa0) counted(1);
    if (result == 0) counted(-1);
    if (counted(0) >= TRIES && result == 0xa0) return getenv("SHIM_PLAIN") ? 0xa0 : 0xa4;
  }
  return result;
}

static unsigned long sign(unsigned long session, void *data, unsigned long length, void *out, unsigned long *size) {
  if (is("hang-sign")) for (;;) pause();
  if (is("crash")) abort();
  if (is("removed")) {
    counted(1);
    return 0x32; /* CKR_DEVICE_REMOVED; from then on it is not listed either */
  }
  if (is("declined")) return 0x200; /* CKR_FUNCTION_REJECTED */
  if (is("short") && length > 1000) return 0x21; /* CKR_DATA_LEN_RANGE */
  if (is("broken")) return 0x30; /* CKR_DEVICE_ERROR */
  if (is("touch")) usleep(2500000);
  unsigned long result = real->functions[SIGN](session, data, length, out, size);
  if (is("wrong") && result == 0 && out) ((unsigned char *)out)[40] ^= 1;
  return result;
}

static unsigned long get_function_list(struct function_list **list) {
  void *library = dlopen(getenv("SHIM_MODULE"), RTLD_NOW | RTLD_LOCAL);
  function get = library ? (function)dlsym(library, "C_GetFunctionList") : NULL;
  if (!get || get(&real) != 0) return 5; /* CKR_GENERAL_ERROR */
  ours = *real;
  ours.functions[GET_FUNCTION_LIST] = (function)get_function_list;
  ours.functions[GET_SLOT_LIST] = (function)get_slot_list;
  ours.functions[GET_TOKEN_INFO] = (function)get_token_info;
  ours.functions[LOGIN] = (function)login;
  ours.functions[SIGN] = (function)sign;
  *list = &ours;
  return 0;
}

unsigned long C_GetFunctionList(struct function_list **list) { return get_function_list(list); }
