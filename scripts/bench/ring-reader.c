// The floor: what reading an interface costs in C. Maps the kernel's ring (TPACKET_V3), of the size that Callseal's has, and looks at the headers
// of each frame. Ends with SIGTERM or SIGINT.
// ring-reader INTERFACE → {"delivered":…,"dropped":…,"sum":…}
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum { BLOCK_SIZE = 256 * 1024, BLOCK_COUNT = 64, FRAME_SIZE = 2048, RETIRE = 60, HEADERS = 54 };

static volatile sig_atomic_t is_stopped;

static void stop(int number) {
  (void)number;
  is_stopped = 1;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

int main(int count, char **words) {
  if (count != 2) return 64;
  signal(SIGTERM, stop);
  signal(SIGINT, stop);
  int fd = socket(AF_PACKET, SOCK_RAW, 0);
  if (fd < 0) fail("socket");
  int version = TPACKET_V3;
  if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version) < 0) fail("PACKET_VERSION");
  struct tpacket_req3 ring = {
      .tp_block_size = BLOCK_SIZE,
      .tp_block_nr = BLOCK_COUNT,
      .tp_frame_size = FRAME_SIZE,
      .tp_frame_nr = BLOCK_SIZE / FRAME_SIZE * BLOCK_COUNT,
      .tp_retire_blk_tov = RETIRE,
  };
  if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof ring) < 0) fail("PACKET_RX_RING");
  uint8_t *memory = mmap(NULL, (size_t)BLOCK_SIZE * BLOCK_COUNT, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) fail("mmap");
  struct sockaddr_ll from = {
      .sll_family = AF_PACKET,
      .sll_protocol = htons(ETH_P_ALL),
      .sll_ifindex = (int)if_nametoindex(words[1]),
  };
  if (bind(fd, (struct sockaddr *)&from, sizeof from) < 0) fail("bind");

  uint64_t delivered = 0, sum = 0;
  for (unsigned next = 0; !is_stopped;) {
    struct tpacket_block_desc *block = (void *)(memory + (size_t)next * BLOCK_SIZE);
    struct tpacket_hdr_v1 *head = &block->hdr.bh1;
    if (!(__atomic_load_n(&head->block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER)) {
      struct pollfd wait = {fd, POLLIN, 0};
      poll(&wait, 1, 100);
      continue;
    }
    uint8_t *at = (uint8_t *)block + head->offset_to_first_pkt;
    for (unsigned left = head->num_pkts; left > 0; left--) {
      struct tpacket3_hdr *packet = (void *)at;
      uint8_t *frame = at + packet->tp_mac;
      if (packet->tp_snaplen >= HEADERS) sum += frame[12] + frame[23] + frame[34] + frame[36] + frame[42] + frame[44];
      delivered++;
      at += packet->tp_next_offset;
    }
    __atomic_store_n(&head->block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
    next = (next + 1) % BLOCK_COUNT;
  }
  struct tpacket_stats_v3 counts = {0};
  socklen_t size = sizeof counts;
  getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &counts, &size);
  printf("{\"delivered\":%llu,\"dropped\":%u,\"sum\":%llu}\n", (unsigned long long)delivered, counts.tp_drops,
         (unsigned long long)sum);
  return 0;
}
