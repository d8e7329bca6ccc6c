// Preloaded into a process that is measured: leaves what the operating system says of it.
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpu: (userCPUTime + systemCPUTime) / 1000, rss: maxRSS };
  writeFileSync(process.env.USAGE_REPORT, JSON.stringify(usage));
});
