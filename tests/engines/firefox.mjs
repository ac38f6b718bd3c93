/**
 * Opens an address in Firefox over WebDriver BiDi, runs a function there and prints what it answers as JSON.
 *
 *   node tests/engines/firefox.mjs FIREFOX ADDRESS SCRIPT
 */
import puppeteer from "puppeteer-core";

const [executablePath, address, script] = process.argv.slice(2);
const browser = await started(3);
try {
  const page = await browser.newPage();
  await page.goto(address, { timeout: 180_000 });
  console.log(JSON.stringify(await page.evaluate(`(${script})()`)));
} finally {
  await browser.close();
}

/** A busy machine may be too slow for the browser's start, and for that alone it is tried again. @param {number} times */
async function started(times) {
  try {
    return await puppeteer.launch({
      browser: "firefox",
      executablePath,
      headless: true,
      timeout: 90_000,
      protocolTimeout: 400_000,
    });
  } catch (error) {
    if (times === 1) throw error;
    console.error(`Firefox did not start: ${error}`);
    return started(times - 1);
  }
}
