// Sends frames of a capture file (pcap, Ethernet, native byte order) at a steady rate into the two ends of a bridge: those from 198.18.0.0/16 at
// the first interface, all others at the second. Addresses of the link layer are its own, one for each end, so that the bridge learns both.
// With ROUNDS the file is sent so often, its calls under other Call-IDs each time.
// frame-sender FILE FIRST SECOND FRAMES-A-SECOND SKIP COUNT [ROUNDS] → {"sent":…,"refused":…,"seconds":…}
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, FILE_HEADER = 24, RECORD_HEADER = 16, ADDRESSES = 12, SOURCE_IP = 26 };

static uint8_t addresses[2][ADDRESSES] = {
    {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1},
    {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2},
};

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int open_end(const char *name) {
  int one = 1, room = 8 << 20;
  int fd = socket(AF_PACKET, SOCK_RAW, 0);
  if (fd < 0) fail("socket");
  // Past the queue of the interface, and with room for a batch: what is measured is the reader.
  setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
  struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(name)};
  if (bind(fd, (struct sockaddr *)&to, sizeof to) < 0) fail(name);
  return fd;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint32_t length_of(const uint8_t *record) {
  uint32_t length;
  memcpy(&length, record + 8, sizeof length);
  return length;
}

// Call-IDs begin with five characters that are not needed to tell the calls of one round apart.
static void rename_call(uint8_t *frame, uint32_t length, int round) {
  if (length < 44 || frame[23] != 17 || (frame[34] << 8 | frame[35]) != 5060) return;
  uint8_t *name = memmem(frame, length, "Call-ID: ", 9);
  if (name == NULL || name + 14 > frame + length) return;
  char digits[6];
  snprintf(digits, sizeof digits, "%05d", round % 100000);
  memcpy(name + 9, digits, 5);
}

int main(int count, char **words) {
  if (count != 7 && count != 8) return 64;
  int rounds = count == 8 ? atoi(words[7]) : 1;
  int file = open(words[1], O_RDONLY);
  struct stat size;
  if (file < 0 || fstat(file, &size) < 0) fail(words[1]);
  uint8_t *start = mmap(NULL, (size_t)size.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_POPULATE, file, 0);
  if (start == MAP_FAILED) fail("mmap");
  const uint8_t *record = start + FILE_HEADER, *end = start + size.st_size;
  int ends[2] = {open_end(words[2]), open_end(words[3])};
  double rate = atof(words[4]);
  uint64_t skip = strtoull(words[5], NULL, 10), most = strtoull(words[6], NULL, 10);
  for (; skip > 0 && record < end; skip--) record += RECORD_HEADER + length_of(record);
  const uint8_t *first = record;

  static struct mmsghdr messages[2][BATCH];
  static struct iovec parts[2][BATCH][2];
  for (int side = 0; side < 2; side++)
    for (int i = 0; i < BATCH; i++) {
      parts[side][i][0] = (struct iovec){addresses[side], ADDRESSES};
      messages[side][i].msg_hdr.msg_iov = parts[side][i];
      messages[side][i].msg_hdr.msg_iovlen = 2;
    }

  uint64_t taken = 0, sent = 0, refused = 0;
  double began = now();
  for (int round = 0; taken < most;) {
    if (record >= end) {
      if (++round >= rounds) break;
      record = first;
    }
    double due = (now() - began) * rate - (double)taken;
    if (due < 1) {
      struct timespec pause = {0, 100000};
      nanosleep(&pause, NULL);
      continue;
    }
    int filled[2] = {0, 0};
    for (int i = 0; i < BATCH && i < (int)due && taken < most && record < end; i++, taken++) {
      uint32_t length = length_of(record);
      uint8_t *frame = (uint8_t *)record + RECORD_HEADER;
      if (round > 0) rename_call(frame, length, round);
      int side = frame[SOURCE_IP] == 198 && frame[SOURCE_IP + 1] == 18 ? 0 : 1;
      parts[side][filled[side]++][1] = (struct iovec){frame + ADDRESSES, length - ADDRESSES};
      record += RECORD_HEADER + length;
    }
    for (int side = 0; side < 2; side++)
      for (int done = 0; done < filled[side];) {
        int went = sendmmsg(ends[side], messages[side] + done, (unsigned)(filled[side] - done), 0);
        if (went > 0) {
          done += went;
          sent += (uint64_t)went;
        } else if (errno == ENOBUFS || errno == EAGAIN) {
          done++;
          refused++;
        } else if (errno != EINTR) fail("sendmmsg");
      }
  }
  printf("{\"sent\":%llu,\"refused\":%llu,\"seconds\":%.3f}\n", (unsigned long long)sent,
         (unsigned long long)refused, now() - began);
  return 0;
}
