# A chain of three: client waits for web, web for app, app for store, which now and then sleeps 5 ms.
function e(t, comm, tid, cpu, name, payload) { printf "%16s %5d/%-5d [%03d] %5d.%09d: %s: %s\n", comm, tid, tid, cpu, 100 + int(t / 1e9), t % 1e9, name, payload }
function sw(t, comm, tid, cpu, state, nc, nt) { e(t, comm, tid, cpu, "sched:sched_switch", sprintf("prev_comm=%s prev_pid=%d prev_prio=120 prev_state=%s ==> next_comm=%s next_pid=%d next_prio=120", comm, tid, state, nc, nt)) }
function wake(t, comm, tid, cpu, wc, wt, target) { e(t, comm, tid, cpu, "sched:sched_waking", sprintf("comm=%s pid=%d prio=120 target_cpu=%03d", wc, wt, target)) }
BEGIN {
  t = 0; split("client web app store", n, " ")
  for (k = 1; k <= 600; k++) {
    slow = (k % 97 == 5) ? 5000000 : 10000 + k % 7 * 500
    t += 1000000
    e(t, "client", 11, 0, "syscalls:sys_enter_sendto", "fd: 0x00000003, len: 0x00000040")
    for (i = 1; i <= 3; i++) {
      # Thread i wakes the next one and waits for its answer.
      wake(t += 2000, n[i], 10 + i, i - 1, n[i + 1], 11 + i, i)
      e(t += 500, n[i], 10 + i, i - 1, "syscalls:sys_enter_recvfrom", "fd: 0x00000004")
      sw(t += 500, n[i], 10 + i, i - 1, "S", "swapper/" (i - 1), 0)
      sw(t += 1000, "swapper/" i, 0, i, "R", n[i + 1], 11 + i)
      e(t += 500, n[i + 1], 11 + i, i, "syscalls:sys_exit_recvfrom", "0x40")
    }
    e(t += 500, "store", 14, 3, "syscalls:sys_enter_clock_nanosleep", "which_clock: 0x00000000")
    sw(t += 500, "store", 14, 3, "S", "swapper/3", 0)
    wake(t += slow, "swapper", 0, 3, "store", 14, 3)
    sw(t += 1000, "swapper/3", 0, 3, "R", "store", 14)
    e(t += 500, "store", 14, 3, "syscalls:sys_exit_clock_nanosleep", "0x0")
    for (i = 3; i >= 1; i--) {
      wake(t += 2000, n[i + 1], 11 + i, i, n[i], 10 + i, i - 1)
      e(t += 300, n[i + 1], 11 + i, i, "syscalls:sys_enter_recvfrom", "fd: 0x00000004")
      sw(t += 200, n[i + 1], 11 + i, i, "S", "swapper/" i, 0)
      sw(t += 1000, "swapper/" (i - 1), 0, i - 1, "R", n[i], 10 + i)
      e(t += 500, n[i], 10 + i, i - 1, "syscalls:sys_exit_recvfrom", "0x40")
    }
  }
}
