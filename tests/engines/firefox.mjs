/**
 * Opens an address in Firefox over WebDriver BiDi, runs a function there and prints what it answers as JSON.
 *
 *   node tests/engines/firefox.mjs FIREFOX ADDRESS SCRIPT
 */
import puppeteer from "puppeteer-core";

const [executablePath, address, script] = process.argv.slice(2);
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath,
  headless: true,
  protocolTimeout: 280_000,
});
try {
  const page = await browser.newPage();
  await page.goto(address, { timeout: 120_000 });
  console.log(JSON.stringify(await page.evaluate(`(${script})()`)));
} finally {
  await browser.close();
}
