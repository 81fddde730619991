// One end of a wire: sends numbered frames at a steady rate and says which of those that the other end sent came, all at once, so that both ends run
// this. Every eighth frame is of 1,514 bytes, the others of 214; the bytes behind the number follow from it, so a changed frame is known.
// numbered-frames INTERFACE OWN-NUMBER COUNT FRAMES-A-SECOND → {"sent":…,"refused":…,"came":…,"lost":…,"twice":…,"changed":…,"late":…,"first":…}
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 32, SHORT = 214, LONG = 1514, NUMBER = 42, FILLING = 46, SILENCE = 3000, ROOM = 256 << 20 };

static uint8_t own;
static uint32_t count;
static double rate;
static int sending, receiving;
static volatile int has_sent;
static uint64_t sent, refused;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int length_of(uint32_t number) { return number % 8 == 0 ? LONG : SHORT; }

static uint16_t header_sum(const uint8_t *bytes) {
  uint32_t sum = 0;
  for (int i = 0; i < 20; i += 2) sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~sum;
}

// Ethernet, IPv4, UDP between documentation addresses: what a bridge, also one with a firewall, lets through.
static void fill(uint8_t *frame, uint8_t from, uint32_t number) {
  int length = length_of(number);
  uint8_t head[FILLING] = {2, 0, 0x5e, 0, 0x53, (uint8_t)(3 - from), 2, 0, 0x5e, 0, 0x53, from, 8, 0, 0x45};
  uint8_t *ip = head + 14, *udp = head + 34;
  ip[2] = (uint8_t)((length - 14) >> 8), ip[3] = (uint8_t)(length - 14);
  ip[8] = 64, ip[9] = 17;
  memcpy(ip + 12, (uint8_t[]){192, 0, 2, from, 192, 0, 2, (uint8_t)(3 - from)}, 8);
  uint16_t sum = header_sum(ip);
  ip[10] = (uint8_t)(sum >> 8), ip[11] = (uint8_t)sum;
  udp[0] = 0x9c, udp[1] = 0x40, udp[2] = 0x9c, udp[3] = 0x42;
  udp[4] = (uint8_t)((length - 34) >> 8), udp[5] = (uint8_t)(length - 34);
  for (int i = 0; i < 4; i++) head[NUMBER + i] = (uint8_t)(number >> (24 - 8 * i));
  memcpy(frame, head, FILLING);
  uint32_t state = number * 2654435761u + from;
  for (int at = FILLING; at < length; at++) {
    state = state * 1664525u + 1013904223u;
    frame[at] = (uint8_t)(state >> 24);
  }
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void *send_all(void *_) {
  (void)_;
  uint8_t frame[LONG];
  double began = now();
  for (uint32_t number = 0; number < count;) {
    // A sender that was kept waiting catches up in small steps: a burst would overflow queues that are no business of this test.
    int due = (int)((now() - began) * rate) - (int)number;
    for (int i = 0; i < due && i < BATCH && number < count; i++, number++) {
      fill(frame, own, number);
      while (send(sending, frame, (size_t)length_of(number), 0) < 0) {
        if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR) fail("send");
        refused++;
      }
      sent++;
    }
    nanosleep(&(struct timespec){0, 500000}, NULL);
  }
  has_sent = 1;
  return NULL;
}

static int open_socket(const char *name, int protocol) {
  int fd = socket(AF_PACKET, SOCK_RAW, htons((uint16_t)protocol));
  struct sockaddr_ll at = {
      .sll_family = AF_PACKET, .sll_protocol = htons((uint16_t)protocol), .sll_ifindex = (int)if_nametoindex(name)};
  if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) < 0) fail(name);
  return fd;
}

int main(int words, char **word) {
  if (words != 5) return 64;
  own = (uint8_t)atoi(word[2]);
  count = (uint32_t)strtoul(word[3], NULL, 10);
  rate = atof(word[4]);
  sending = open_socket(word[1], 0);
  receiving = open_socket(word[1], ETH_P_ALL);
  int one = 1, room = ROOM;
  setsockopt(receiving, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one);
  if (setsockopt(receiving, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) < 0) fail("SO_RCVBUFFORCE");
  uint8_t *seen = calloc(count, 1), frame[65536], wanted[LONG];
  if (seen == NULL) fail("memory");
  puts("ready");
  fflush(stdout);
  // The other end is ready when the caller says so.
  if (getchar() == EOF) return 1;
  pthread_t sender;
  pthread_create(&sender, NULL, send_all, NULL);

  uint64_t came = 0, twice = 0, changed = 0, late = 0;
  uint32_t next = 0;
  for (double heard = now(); came < count && (!has_sent || now() - heard < SILENCE / 1000.0);) {
    struct pollfd entry = {receiving, POLLIN, 0};
    if (poll(&entry, 1, 100) <= 0) continue;
    ssize_t length = recv(receiving, frame, sizeof frame, 0);
    if (length < FILLING || frame[11] != 3 - own || frame[6] != 2 || frame[10] != 0x53) continue;
    heard = now();
    uint32_t number = (uint32_t)frame[NUMBER] << 24 | (uint32_t)frame[NUMBER + 1] << 16 | (uint32_t)frame[NUMBER + 2] << 8 | frame[NUMBER + 3];
    if (number >= count) {
      changed++;
      continue;
    }
    fill(wanted, (uint8_t)(3 - own), number);
    if (length != length_of(number) || memcmp(frame, wanted, (size_t)length) != 0) changed++;
    else if (seen[number]++) twice++;
    else came++;
    if (number < next) late++;
    else next = number + 1;
  }
  pthread_join(sender, NULL);
  struct tpacket_stats kernel = {0};
  socklen_t size = sizeof kernel;
  getsockopt(receiving, SOL_PACKET, PACKET_STATISTICS, &kernel, &size);
  uint32_t first = 0;
  while (first < count && seen[first]) first++;
  printf("{\"sent\":%llu,\"refused\":%llu,\"came\":%llu,\"lost\":%llu,\"twice\":%llu,\"changed\":%llu,\"late\":%llu,\"firstLost\":%d,\"unread\":%u}\n",
         (unsigned long long)sent, (unsigned long long)refused, (unsigned long long)came, (unsigned long long)(count - came),
         (unsigned long long)twice, (unsigned long long)changed, (unsigned long long)late, first < count ? (int)first : -1, kernel.tp_drops);
  return 0;
}
