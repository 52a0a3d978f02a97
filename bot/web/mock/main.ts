import { Desk } from './desk';
import { seed } from './seed';
import { start_mock } from './server';

// A desk with invented cases, on the ports that the development servers of both pages forward to.
const desk = new Desk();
seed(desk);
const mock = await start_mock(desk, { chat_port: 8080, console_port: 8081 });
console.log(`Trang trò chuyện của người dân: ${mock.chat}`);
console.log(`Bàn làm việc của cán bộ:        ${mock.console}  (tên: lan, mật khẩu: hoa-sen-dong-nai)`);
