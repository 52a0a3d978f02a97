import { createHash, randomBytes } from 'node:crypto';

/** The desk in memory: the rules of bot/desk/README.md without platforms, dialogs or a database. For development and tests only. */

export type Role = 'officer' | 'admin';
export type MessageState = 'queued' | 'sending' | 'accepted' | 'delivered' | 'failed' | 'uncertain' | 'cancelled';

export interface Choice {
  title: string;
  payload?: string;
  url?: string | null;
}

export interface Message {
  id: number;
  from: 'resident' | 'bot' | 'officer' | 'outside';
  by: string;
  text: string;
  choices: Choice[];
  attachments: { kind: string; url: string; name: string }[];
  at: string;
  state: MessageState | null;
  why: string;
  deleted: boolean;
}

export interface Note {
  id: number;
  by: string;
  text: string;
  at: string;
}

export interface Case {
  code: string;
  state: 'waiting' | 'held' | 'closed';
  urgent: boolean;
  reason: string;
  reason_text: string;
  unit: string;
  unit_name: string;
  channel: 'messenger' | 'zalo' | 'web';
  person: string;
  topic: string | null;
  topic_title: string | null;
  summary: string;
  created_at: string;
  due_at: string | null;
  closed_at: string | null;
  result: string | null;
  officer: { id: number; name: string } | null;
  last_message_at: string;
  preview: string;
  rating: number | null;
}

export interface Officer {
  id: number;
  name: string;
  login: string;
  password: string;
  role: Role;
  units: string[];
  disabled: boolean;
  code: string | null;
}

export interface Conversation {
  token: string | null;
  messages: Message[];
  notes: Note[];
  case_code: string | null;
  holder: 'bot' | 'officer';
}

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly more: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

export interface Unit {
  id: string;
  full_name: string;
}

export class Desk {
  setup_code: string | null = null;
  officers: Officer[] = [];
  units: Unit[] = [];
  cases = new Map<string, Case>();
  conversations: Conversation[] = [];
  private sessions = new Map<string, { officer: number; csrf: string }>();
  private kept = new Map<string, unknown>();
  private listeners = new Set<(codes: string[]) => void>();
  private resident_listeners = new Set<() => void>();
  private next_id = 1;
  /** Every message that a resident or an officer sent, once for each that was kept: the ledger that tests look at. */
  ledger: { from: string; id: string; text: string }[] = [];
  delivery: MessageState = 'accepted';
  too_many = 0;

  now(): string {
    return new Date(Date.now()).toISOString();
  }

  id(): number {
    return this.next_id++;
  }

  on_change(listener: (codes: string[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  on_resident_change(listener: () => void): () => void {
    this.resident_listeners.add(listener);
    return () => this.resident_listeners.delete(listener);
  }

  changed(codes: string[]): void {
    for (const listener of [...this.listeners]) listener(codes);
    for (const listener of [...this.resident_listeners]) listener();
  }

  // ---- sessions

  session(token: string | undefined): { officer: Officer; csrf: string } | null {
    const found = token === undefined ? undefined : this.sessions.get(token);
    const officer = this.officers.find((one) => one.id === found?.officer && !one.disabled);
    return found === undefined || officer === undefined ? null : { officer, csrf: found.csrf };
  }

  open_session(officer: Officer): string {
    const token = randomBytes(16).toString('hex');
    this.sessions.set(token, { officer: officer.id, csrf: randomBytes(16).toString('hex') });
    return token;
  }

  close_session(token: string): void {
    this.sessions.delete(token);
  }

  end_all_sessions(): void {
    this.sessions.clear();
  }

  setup(code: string, name: string, login: string, password: string): Officer {
    const waiting = this.officers.find((one) => one.code !== null && one.code === code);
    if (waiting === undefined && (this.setup_code === null || code !== this.setup_code)) {
      throw new Refusal(403, 'bad_code', 'Mã không đúng hoặc đã dùng rồi. Anh/chị xin lại mã mới nhé.');
    }
    const weak = [...password].length < 12;
    if (waiting === undefined) {
      if (name.trim() === '') throw new Refusal(422, 'bad_name', 'Anh/chị cho biết họ tên nhé.');
      if (!/^[a-z0-9._-]{2,40}$/u.test(login)) {
        throw new Refusal(422, 'bad_login', 'Tên đăng nhập chỉ gồm chữ thường không dấu, số, dấu chấm, gạch, từ 2 đến 40 ký tự.');
      }
    }
    if (weak) throw new Refusal(422, 'weak_password', 'Mật khẩu cần ít nhất 12 ký tự.');
    if (waiting !== undefined) {
      // An officer's own code names him; it needs neither name nor login.
      waiting.password = password;
      waiting.code = null;
      return waiting;
    }
    this.setup_code = null;
    const officer: Officer = { id: this.id(), name: name.trim(), login, password, role: 'admin', units: [], disabled: false, code: null };
    this.officers.push(officer);
    return officer;
  }

  sign_in(login: string, password: string): Officer {
    if (this.too_many > 0) {
      this.too_many -= 1;
      throw new Refusal(429, 'too_many_attempts', 'Thử quá nhiều lần. Anh/chị đợi 30 giây rồi thử lại nhé.', { retry_after: 30 });
    }
    const officer = this.officers.find((one) => one.login === login && one.password === password && one.code === null && !one.disabled);
    if (officer === undefined) throw new Refusal(401, 'bad_credentials', 'Tên đăng nhập hoặc mật khẩu chưa đúng.');
    return officer;
  }

  // ---- cases

  visible(officer: Officer): Case[] {
    return [...this.cases.values()].filter((one) => officer.units.length === 0 || officer.units.includes(one.unit));
  }

  list(officer: Officer, state: string): { cases: Case[]; counts: Record<string, number> } {
    const all = this.visible(officer);
    const of: Record<string, Case[]> = {
      waiting: all.filter((one) => one.state === 'waiting'),
      mine: all.filter((one) => one.state === 'held' && one.officer?.id === officer.id),
      held: all.filter((one) => one.state === 'held'),
      closed: all.filter((one) => one.state === 'closed'),
    };
    const cases = of[state];
    if (cases === undefined) throw new Refusal(422, 'bad_state', 'Không có danh sách này.');
    const due = (one: Case) => (one.due_at === null ? Number.MAX_SAFE_INTEGER : Date.parse(one.due_at));
    cases.sort((a, b) => Number(b.urgent) - Number(a.urgent) || due(a) - due(b));
    return { cases, counts: { waiting: of.waiting?.length ?? 0, mine: of.mine?.length ?? 0, held: of.held?.length ?? 0 } };
  }

  find(officer: Officer, code: string): { one: Case; conversation: Conversation } {
    const one = this.visible(officer).find((each) => each.code === code);
    const conversation = this.conversations.find((each) => each.case_code === code);
    if (one === undefined || conversation === undefined) throw new Refusal(404, 'not_found', 'Không tìm thấy phiếu này.');
    return { one, conversation };
  }

  take(officer: Officer, code: string): Case {
    const { one, conversation } = this.find(officer, code);
    if (one.state === 'closed') throw new Refusal(409, 'closed', 'Phiếu này đã kết thúc.');
    if (one.officer !== null && one.officer.id !== officer.id) {
      throw new Refusal(409, 'taken', `${one.officer.name} đã nhận phiếu này rồi.`);
    }
    one.state = 'held';
    one.officer = { id: officer.id, name: officer.name };
    conversation.holder = 'officer';
    this.changed([code]);
    return one;
  }

  answer(officer: Officer, code: string, client_id: string, text: string): Message {
    const before = this.kept.get(client_id) as Message | undefined;
    if (before !== undefined) return before;
    const { one, conversation } = this.find(officer, code);
    if (one.state !== 'held' || one.officer?.id !== officer.id) {
      throw new Refusal(409, 'not_yours', one.officer === null ? 'Anh/chị nhận phiếu trước khi trả lời nhé.' : `Phiếu này do ${one.officer.name} giữ.`);
    }
    if (text.trim() === '') throw new Refusal(422, 'empty', 'Chưa có nội dung để gửi.');
    if ([...text].length > 4000) throw new Refusal(422, 'too_long', 'Tin nhắn dài quá 4.000 ký tự.');
    const message = this.say(conversation, 'officer', officer.name, text, { state: this.delivery });
    this.kept.set(client_id, message);
    this.ledger.push({ from: 'officer', id: client_id, text });
    return message;
  }

  send_again(officer: Officer, id: number, client_id: string): Message {
    const before = this.kept.get(client_id) as Message | undefined;
    if (before !== undefined) return before;
    for (const conversation of this.conversations) {
      const old = conversation.messages.find((one) => one.id === id);
      if (old === undefined) continue;
      if (old.state !== 'failed' && old.state !== 'uncertain') throw new Refusal(409, 'not_failed', 'Tin này không cần gửi lại.');
      old.state = 'cancelled';
      old.why = 'đã gửi lại bằng tin mới';
      const message = this.say(conversation, old.from, old.by, old.text, { state: this.delivery });
      this.kept.set(client_id, message);
      this.ledger.push({ from: officer.login, id: client_id, text: old.text });
      return message;
    }
    throw new Refusal(404, 'not_found', 'Không tìm thấy tin nhắn này.');
  }

  note(officer: Officer, code: string, client_id: string, text: string): Note {
    const before = this.kept.get(client_id) as Note | undefined;
    if (before !== undefined) return before;
    const { conversation } = this.find(officer, code);
    if (text.trim() === '') throw new Refusal(422, 'empty', 'Chưa có nội dung ghi chú.');
    const note = { id: this.id(), by: officer.name, text, at: this.now() };
    conversation.notes.push(note);
    this.kept.set(client_id, note);
    this.changed([code]);
    return note;
  }

  hand_back(officer: Officer, code: string, result: string | null): Case {
    const { one, conversation } = this.find(officer, code);
    if (one.officer?.id !== officer.id || one.state !== 'held') {
      throw new Refusal(409, 'not_yours', one.officer === null ? 'Anh/chị chưa nhận phiếu này.' : `Phiếu này do ${one.officer.name} giữ.`);
    }
    one.state = 'closed';
    one.closed_at = this.now();
    one.result = result;
    conversation.holder = 'bot';
    this.say(
      conversation,
      'bot',
      'Trợ lý tự động',
      result === null
        ? 'Cán bộ đã giao lại cho trợ lý tự động. Bác cần hỏi thêm gì, cứ nhắn nhé.'
        : 'Cán bộ đã giải quyết xong. Bác thấy được phục vụ thế nào ạ?',
      result === null ? {} : { choices: ['Rất hài lòng', 'Hài lòng', 'Chưa hài lòng'].map((title, i) => ({ title, payload: `rate:${5 - i * 2}` })) },
    );
    return one;
  }

  add_officer(name: string, login: string, role: Role, units: string[]): { officer: Officer; code: string } {
    if (name.trim() === '') throw new Refusal(422, 'bad_name', 'Anh/chị cho biết họ tên cán bộ nhé.');
    if (!/^[a-z0-9._-]{2,40}$/u.test(login)) throw new Refusal(422, 'bad_login', 'Tên đăng nhập chỉ gồm chữ thường không dấu, số, dấu chấm, gạch.');
    if (this.officers.some((one) => one.login === login)) throw new Refusal(409, 'login_taken', 'Tên đăng nhập này đã có người dùng.');
    const code = randomBytes(5).toString('hex').toUpperCase();
    const officer: Officer = { id: this.id(), name: name.trim(), login, password: '', role, units, disabled: false, code };
    this.officers.push(officer);
    return { officer, code };
  }

  disable(id: number): Officer {
    const officer = this.officers.find((one) => one.id === id);
    if (officer === undefined) throw new Refusal(404, 'not_found', 'Không tìm thấy tài khoản này.');
    officer.disabled = true;
    for (const [token, session] of this.sessions) if (session.officer === id) this.sessions.delete(token);
    return officer;
  }

  // ---- conversations

  say(
    conversation: Conversation,
    from: Message['from'],
    by: string,
    text: string,
    more: Partial<Pick<Message, 'choices' | 'attachments' | 'state' | 'why' | 'at' | 'deleted'>> = {},
  ): Message {
    const message: Message = {
      id: this.id(), from, by, text, choices: [], attachments: [], at: this.now(),
      state: from === 'bot' ? 'delivered' : null, why: '', deleted: false, ...more,
    };
    conversation.messages.push(message);
    const one = conversation.case_code === null ? undefined : this.cases.get(conversation.case_code);
    if (one !== undefined) {
      one.last_message_at = message.at;
      one.preview = text.replace(/\s+/gu, ' ').slice(0, 120);
    }
    this.changed(conversation.case_code === null ? [] : [conversation.case_code]);
    return message;
  }

  new_conversation(): Conversation {
    const conversation: Conversation = { token: randomBytes(16).toString('hex'), messages: [], notes: [], case_code: null, holder: 'bot' };
    this.conversations.push(conversation);
    this.say(
      conversation, 'bot', 'Trợ lý tự động',
      'Chào bác! Cháu là trợ lý tự động của phường Trấn Biên, trả lời bằng máy nên có khi chưa hiểu hết ý.\nBác cần hỏi việc gì ạ?',
      { choices: [
        { title: 'Giấy khai sinh', payload: 'topic:khai-sinh' },
        { title: 'Giờ làm việc', payload: 'topic:gio-lam-viec' },
        { title: 'Gặp cán bộ', payload: 'handover' },
      ] },
    );
    return conversation;
  }

  by_token(token: string | null): Conversation {
    const conversation = this.conversations.find((one) => one.token !== null && one.token === token);
    if (conversation === undefined) throw new Refusal(401, 'unknown_token', 'Cuộc trò chuyện này không còn nữa.');
    return conversation;
  }

  resident_message(conversation: Conversation, id: string, text: string, payload: string | null): void {
    if (this.kept.has(`r:${id}`)) return;
    if (text.trim() === '') throw new Refusal(422, 'empty', 'Bác chưa nhập nội dung.');
    if ([...text].length > 4000) throw new Refusal(422, 'too_long', 'Tin nhắn dài quá 4.000 ký tự.');
    if (this.too_many > 0) {
      this.too_many -= 1;
      throw new Refusal(429, 'too_many', 'Bác nhắn hơi nhanh, đợi một chút nhé.', { retry_after: 1 });
    }
    this.kept.set(`r:${id}`, true);
    this.ledger.push({ from: 'resident', id, text });
    this.say(conversation, 'resident', '', text);
    if (conversation.holder === 'bot') this.reply(conversation, payload ?? text);
  }

  private reply(conversation: Conversation, said: string): void {
    const bot = (text: string, choices: Choice[] = []) => this.say(conversation, 'bot', 'Trợ lý tự động', text, { choices });
    const plain = said.toLowerCase();
    if (plain === 'handover' || plain.includes('cán bộ')) {
      if (conversation.case_code !== null && this.cases.get(conversation.case_code)?.state !== 'closed') {
        bot('Cán bộ đã nhận được lời nhắn của bác rồi ạ. Bác chờ thêm chút nhé.');
        return;
      }
      const one = this.open_case(conversation, { reason: 'asked', reason_text: 'Người dân muốn gặp cán bộ', person: 'Khách trên web' });
      bot(`Dạ, cháu đã chuyển lời bác tới cán bộ. Mã phiếu của bác là ${one.code}. Bác cứ nhắn thêm, cán bộ sẽ đọc hết ạ.`);
      return;
    }
    if (plain.includes('khai-sinh') || plain.includes('khai sinh')) {
      bot('Đăng ký khai sinh cho cháu bé làm tại phường nơi cha hoặc mẹ cư trú, không mất lệ phí nếu đúng hạn 60 ngày.');
      bot('Bác có thể nộp trực tuyến tại https://dichvucong.gov.vn.\nBác muốn xem gì tiếp ạ?', [
        { title: 'Giấy tờ cần mang', payload: 'aspect:documents' },
        { title: 'Mở Cổng Dịch vụ công', url: 'https://dichvucong.gov.vn' },
        { title: 'Gặp cán bộ', payload: 'handover' },
      ]);
      return;
    }
    if (plain.includes('gio-lam-viec') || plain.includes('giờ')) {
      bot('Bộ phận Một cửa mở từ thứ Hai đến thứ Sáu:\n• Sáng 7 giờ 30 – 11 giờ 30\n• Chiều 13 giờ – 17 giờ');
      return;
    }
    if (plain.startsWith('rate:')) {
      const one = conversation.case_code === null ? undefined : this.cases.get(conversation.case_code);
      if (one !== undefined) one.rating = Number(plain.slice(5));
      bot('Cảm ơn bác đã góp ý ạ.');
      return;
    }
    bot('Cháu chưa hiểu ý bác. Bác chọn giúp cháu một mục bên dưới nhé.', [
      { title: 'Giấy khai sinh', payload: 'topic:khai-sinh' },
      { title: 'Gặp cán bộ', payload: 'handover' },
    ]);
  }

  open_case(conversation: Conversation, more: Partial<Case> = {}): Case {
    const code = more.code ?? `TB-${createHash('sha256').update(String(this.id())).digest('hex').slice(0, 4).toUpperCase()}`;
    const last = conversation.messages[conversation.messages.length - 1];
    const one: Case = {
      state: 'waiting', urgent: false, reason: 'asked', reason_text: '', unit: 'tran-bien', unit_name: 'Phường Trấn Biên',
      channel: 'web', person: 'Khách trên web', topic: null, topic_title: null, summary: last?.text ?? '', created_at: this.now(),
      due_at: new Date(Date.now() + 2 * 3_600_000).toISOString(), closed_at: null, result: null, officer: null,
      last_message_at: last?.at ?? this.now(), preview: last?.text.slice(0, 120) ?? '', rating: null, ...more, code,
    };
    this.cases.set(code, one);
    conversation.case_code = code;
    if (one.state === 'held') conversation.holder = 'officer';
    this.changed([code]);
    return one;
  }
}
