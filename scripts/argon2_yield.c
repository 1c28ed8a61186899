/*
 * Lets others have the core while libargon2 computes a hash. Nothing of what it computes is changed.
 *
 * libargon2 asks index_alpha once for each block of 1 KiB, and the linker (--wrap) sends it through here. Who has woken
 * and waits for this core waits for a tenth of a millisecond then, and not for the scheduler's next tick of up to ten.
 *
 * On Linux 6.18 who yields gives away the rest of its slice, and at low priority that is much: beside somebody who
 * never stops it would get a hundredth of the core. So a hash that had to wait long does not yield again before it has
 * computed for as long. docs/decisions/0025 has the figures.
 */

#include <sched.h>
#include <time.h>

#include "core.h"

/* A tenth of a millisecond. A hash of 19 MiB in two passes comes by here 152 times. */
enum { BLOCKS_BETWEEN = 256 };
/* In nanoseconds. Whoever serves requests is done before the first; what took longer than the second was a sleep. */
enum { LONG = 2000000, LONGEST = 100000000 };

/* Declared by the original: where that is another function one day, this does not compile. */
__typeof__(index_alpha) __real_index_alpha, __wrap_index_alpha;

/* This thread's processor time in nanoseconds at which it yields again; 0 after a wait that was not long. */
static _Thread_local int64_t not_before;

static int64_t now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time); /* neither clock can fail on Linux, nor can sched_yield */
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void let_others_go_first(void) {
    if (not_before > 0 && now(CLOCK_THREAD_CPUTIME_ID) < not_before) {
        return;
    }
    int64_t from = now(CLOCK_MONOTONIC);
    sched_yield();
    int64_t waited = now(CLOCK_MONOTONIC) - from;
    not_before = waited < LONG ? 0 : now(CLOCK_THREAD_CPUTIME_ID) + (waited < LONGEST ? waited : LONGEST);
}

uint32_t __wrap_index_alpha(const argon2_instance_t *instance, const argon2_position_t *position,
                            uint32_t pseudo_rand, int same_lane) {
    if (position->index % BLOCKS_BETWEEN == 0) {
        let_others_go_first();
    }
    return __real_index_alpha(instance, position, pseudo_rand, same_lane);
}
