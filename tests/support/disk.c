// A disk that a test holds in its hand: loaded before the C library, it asks the file named by HOLDFAST_DISK before every
// sync and write at an offset what the disk is to be like now.
//
//   nothing   as it is
//   s         syncs take until this is taken back
//   f         syncs and writes fail with an input/output error
//   n         there is no space left
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static char mood(void) {
  char mood = 0;
  const char *name = getenv("HOLDFAST_DISK");
  int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return 0;
  if (read(file, &mood, 1) != 1) mood = 0;
  close(file);
  return mood;
}

static int refused(void) {
  char now = mood();
  if (now != 'f' && now != 'n') return 0;
  errno = now == 'f' ? EIO : ENOSPC;
  return 1;
}

static int sync_with(const char *name, int file) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  while (mood() == 's') usleep(1000);
  return refused() ? -1 : real(file);
}

int fdatasync(int file) { return sync_with("fdatasync", file); }
int fsync(int file) { return sync_with("fsync", file); }

static ssize_t write_with(const char *name, int file, const void *bytes, size_t count, off_t offset) {
  ssize_t (*real)(int, const void *, size_t, off_t) = (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, name);
  return refused() ? -1 : real(file, bytes, count, offset);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  return write_with("pwrite", file, bytes, count, offset);
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off_t offset) {
  return write_with("pwrite64", file, bytes, count, offset);
}
