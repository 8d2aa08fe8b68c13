/* Preloaded into a run by SoakTests: a wall clock that jumps and a disk that is slow, as a shared file of two numbers says. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

struct disturbance {
    volatile int64_t clock_seconds;
    volatile int64_t sync_microseconds;
};

static struct disturbance calm;
static struct disturbance *now = &calm;

__attribute__((constructor)) static void open_disturbance(void)
{
    const char *path = getenv("SELFINSTRUCT_DISTURBANCE");
    int file = path ? open(path, O_RDONLY) : -1;
    if (file < 0)
        return;
    void *shared = mmap(NULL, sizeof calm, PROT_READ, MAP_SHARED, file, 0);
    if (shared != MAP_FAILED)
        now = shared;
    close(file);
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(clock, time);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
        time->tv_sec += now->clock_seconds;
    return result;
}

static void wait_for_disk(void)
{
    if (now->sync_microseconds > 0)
        usleep((useconds_t)now->sync_microseconds);
}

int fsync(int file)
{
    static int (*real)(int);
    if (!real)
        real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_for_disk();
    return real(file);
}

int fdatasync(int file)
{
    static int (*real)(int);
    if (!real)
        real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_for_disk();
    return real(file);
}
