import type { Case, Conversation, Desk, Message } from './desk';

/** Invented people and words, enough of them to see what a busy morning looks like. */
export function seed(desk: Desk): void {
  desk.units = [
    { id: 'tran-bien', full_name: 'Phường Trấn Biên' },
    { id: 'bien-hoa', full_name: 'Phường Biên Hòa' },
    { id: 'long-hung', full_name: 'Phường Long Hưng' },
    { id: 'ho-nai', full_name: 'Phường Hố Nai' },
    { id: 'xuan-loc', full_name: 'Xã Xuân Lộc' },
    { id: 'dinh-quan', full_name: 'Xã Định Quán' },
  ];
  const officer = (name: string, login: string, role: 'officer' | 'admin') => {
    const one = { id: desk.id(), name, login, password: 'hoa-sen-dong-nai', role, units: [], disabled: false, code: null };
    desk.officers.push(one);
    return one;
  };
  const lan = officer('Nguyễn Thị Lan', 'lan', 'admin');
  const minh = officer('Trần Quốc Minh', 'minh', 'officer');

  const before = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  type Line = [Message['from'], string, number, Partial<Message>?];
  const open = (lines: Line[], more: Partial<Case> & { code: string }): Conversation => {
    const conversation: Conversation = { token: null, messages: [], notes: [], case_code: null, holder: 'bot' };
    desk.conversations.push(conversation);
    for (const [from, text, minutes, extra] of lines) {
      const by = from === 'bot' ? 'Trợ lý tự động' : from === 'officer' ? (more.officer?.name ?? '') : from === 'outside' ? 'Trang Facebook của phường' : '';
      desk.say(conversation, from, by, text, { at: before(minutes), ...extra });
    }
    desk.open_case(conversation, more);
    return conversation;
  };

  open(
    [
      ['resident', 'có cháy ở khu trọ sau trường tiểu học, khói nhiều lắm', 9],
      ['bot', 'Bác gọi ngay 114 để báo cháy! Ra khỏi nhà, đừng quay lại lấy đồ. Cháu đã báo cán bộ trực của phường.', 9],
      ['resident', 'tôi gọi rồi, xe đang tới', 6],
    ],
    { code: 'TB-2B7K', urgent: true, reason: 'emergency', reason_text: 'Tin khẩn: báo cháy', channel: 'zalo', person: 'Anh Dũng', summary: 'Báo cháy ở khu trọ sau trường tiểu học', due_at: before(4), created_at: before(9) },
  );
  open(
    [
      ['resident', 'Cho hỏi con tôi sinh ở Cần Thơ, vợ chồng tôi tạm trú trên này, giờ khai sinh ở đâu?', 152],
      ['bot', 'Dạ, cha hoặc mẹ đang cư trú ở phường thì đăng ký khai sinh tại phường được ạ. Bác có giấy chứng sinh chưa?', 152, { choices: [{ title: 'Có rồi' }, { title: 'Chưa có' }] }],
      ['resident', 'Chưa có', 150],
      ['resident', 'bệnh viện bảo mất sổ, không cấp lại được. Vậy tôi phải làm sao?', 149],
      ['bot', 'Việc này cháu chưa trả lời chắc được. Cháu chuyển bác tới cán bộ hộ tịch, mã phiếu TB-7M4P.', 149],
      ['resident', 'dạ tôi chờ. Tôi gửi kèm hình giấy ra viện', 141, { attachments: [{ kind: 'image', url: 'https://example.org/giay-ra-vien.jpg', name: 'giay-ra-vien.jpg' }] }],
    ],
    { code: 'TB-7M4P', reason: 'not_sure', reason_text: 'Trợ lý không chắc câu trả lời', channel: 'messenger', person: 'Chị Hạnh', topic: 'khai-sinh', topic_title: 'Đăng ký khai sinh', summary: 'Con sinh ở Cần Thơ, mất giấy chứng sinh, cha mẹ tạm trú tại phường', due_at: before(131), created_at: before(149) },
  );
  open(
    [
      ['resident', 'hồ sơ xác nhận độc thân của tôi hẹn thứ sáu mà nay chưa thấy gì', 38],
      ['bot', 'Dạ, cháu xin lỗi vì bác phải chờ. Cháu chuyển ngay tới cán bộ để xem hồ sơ của bác.', 38],
    ],
    { code: 'TB-9QX2', reason: 'complaint', reason_text: 'Phàn nàn: hồ sơ trễ hẹn', channel: 'zalo', person: 'Anh Phúc', topic: 'xac-nhan-tinh-trang-hon-nhan', topic_title: 'Xác nhận tình trạng hôn nhân', summary: 'Hồ sơ trễ hẹn từ thứ Sáu', due_at: before(-22), created_at: before(38) },
  );
  open(
    [
      ['resident', 'Nhà tôi có bà nội 86 tuổi không đi lại được, cán bộ tới nhà chứng thực chữ ký được không?', 21],
      ['bot', 'Cháu chuyển câu hỏi này tới cán bộ tư pháp để bà không phải đi lại ạ.', 21],
    ],
    { code: 'TB-C3WD', reason: 'asked', reason_text: 'Người dân muốn gặp cán bộ', channel: 'web', person: 'Khách trên web', topic: 'chung-thuc-chu-ky', topic_title: 'Chứng thực chữ ký', summary: 'Đề nghị chứng thực chữ ký tại nhà cho cụ 86 tuổi', due_at: before(-99), created_at: before(21) },
  );
  open(
    [
      ['resident', 'em muốn hỏi thủ tục đăng ký hộ kinh doanh bán đồ ăn sáng trước nhà', 12],
      ['bot', 'Dạ, cháu có thông tin chung. Bác muốn xem giấy tờ, lệ phí hay nói chuyện với cán bộ ạ?', 12],
      ['resident', 'cho em gặp cán bộ kinh tế luôn ạ', 11],
    ],
    { code: 'TB-F8RT', reason: 'asked', reason_text: 'Người dân muốn gặp cán bộ', channel: 'messenger', person: 'Em Vy', topic: 'ho-kinh-doanh', topic_title: 'Đăng ký hộ kinh doanh', summary: 'Mở quán ăn sáng trước nhà', due_at: before(-230), created_at: before(11) },
  );
  const held = open(
    [
      ['resident', 'Chào phường, tôi đổi sang căn nhà mới cùng phường thì có phải khai lại nơi ở không?', 64],
      ['bot', 'Dạ, bác chuyển chỗ ở trong cùng phường thì vẫn cần báo để cập nhật địa chỉ. Bác muốn cháu gửi giấy tờ cần có không ạ?', 64, { choices: [{ title: 'Gửi cho tôi' }, { title: 'Gặp cán bộ' }] }],
      ['resident', 'Gặp cán bộ', 62],
      ['bot', 'Cháu đã chuyển bác tới cán bộ. Mã phiếu của bác là TB-H5LA.', 62],
      ['officer', 'Chào bác, em là Lan ở bộ phận Một cửa. Nhà mới bác thuê hay nhà của mình ạ?', 41, { state: 'delivered' }],
      ['resident', 'Nhà con gái tôi cho ở nhờ, cháu nó đứng tên', 36],
      ['officer', 'Vậy bác nhờ chị nhà ký đồng ý cho ở nhờ là được ạ. Bác nộp trực tuyến ở https://dichvucong.gov.vn hoặc ra quầy số 3, em hướng dẫn tận nơi.', 33, { state: 'delivered' }],
      ['officer', 'Bác nhớ mang theo căn cước để em đối chiếu nhé.', 32, { state: 'failed', why: 'Zalo từ chối: người dân đã chặn tin nhắn' }],
      ['resident', 'Chiều mai tôi ra có kịp không cô Lan?', 3],
    ],
    { code: 'TB-H5LA', state: 'held', officer: { id: lan.id, name: lan.name }, reason: 'asked', reason_text: 'Người dân muốn gặp cán bộ', channel: 'zalo', person: 'Bác Tám', topic: 'dang-ky-thuong-tru', topic_title: 'Đăng ký thường trú', summary: 'Chuyển chỗ ở trong cùng phường, ở nhờ nhà con', due_at: before(-57), created_at: before(62) },
  );
  held.notes.push({ id: desk.id(), by: lan.name, text: 'Bác lớn tuổi, mắt kém: chuẩn bị sẵn mẫu đơn chữ to.', at: before(30) });
  open(
    [
      ['resident', 'trường mầm non xin giấy xác nhận nơi ở cho bé, làm online được không ạ', 75],
      ['bot', 'Việc này cán bộ sẽ trả lời bác ạ.', 75],
      ['officer', 'Chị gửi em số nhà và tên chủ hộ nhé.', 50, { state: 'uncertain', why: 'mất kết nối khi đang gửi' }],
    ],
    { code: 'TB-J6NE', state: 'held', officer: { id: lan.id, name: lan.name }, reason: 'not_understood', reason_text: 'Trợ lý chưa hiểu câu hỏi', channel: 'messenger', person: 'Chị Thu', summary: 'Xác nhận nơi ở cho bé đi học', topic: 'xac-nhan-cu-tru', topic_title: 'Xác nhận thông tin cư trú', due_at: before(-15), created_at: before(74) },
  );
  open(
    [
      ['resident', 'đèn đường hẻm 12 hư cả tuần, tối đi nguy hiểm quá', 200],
      ['bot', 'Cháu cảm ơn bác đã báo. Cháu chuyển tới cán bộ đô thị ạ.', 200],
      ['officer', 'Dạ, tổ điện sẽ sửa trong sáng mai, có gì tôi báo lại.', 170, { state: 'accepted' }],
    ],
    { code: 'TB-K1SV', state: 'held', officer: { id: minh.id, name: minh.name }, reason: 'feedback', reason_text: 'Phản ánh, kiến nghị', channel: 'web', person: 'Khách trên web', summary: 'Đèn đường hẻm 12 hư', due_at: before(-600), created_at: before(200) },
  );
  open(
    [
      ['resident', 'phí chứng thực bản sao bao nhiêu một trang vậy ạ', 1500],
      ['officer', 'Dạ, anh xem bảng phí niêm yết tại quầy số 2 hoặc em chụp gửi anh ạ.', 1480, { state: 'delivered' }],
      ['resident', 'tôi ghi nhầm số điện thoại', 1478, { deleted: true }],
      ['bot', 'Cán bộ đã giải quyết xong. Bác thấy được phục vụ thế nào ạ?', 1470],
    ],
    { code: 'TB-M0YG', state: 'closed', officer: { id: lan.id, name: lan.name }, reason: 'asked', reason_text: 'Người dân muốn gặp cán bộ', channel: 'zalo', person: 'Anh Khoa', topic: 'chung-thuc-ban-sao', topic_title: 'Chứng thực bản sao', summary: 'Hỏi phí chứng thực', due_at: null, created_at: before(1500), closed_at: before(1470), result: 'Đã hướng dẫn, người dân hài lòng.', rating: 5 },
  );
}

/** A morning with forty chats of one officer, for the tests of speed and of long lists. */
export function seed_many(desk: Desk, count: number): void {
  const lan = desk.officers.find((one) => one.login === 'lan');
  if (lan === undefined) throw new Error('seed first');
  const wants = ['đổi tên đệm trong giấy khai sinh', 'giấy phép sửa mái hiên', 'trợ cấp người cao tuổi', 'xác nhận vay vốn', 'tiếng ồn quán nhậu'];
  for (let i = 0; i < count; i += 1) {
    const conversation: Conversation = { token: null, messages: [], notes: [], case_code: null, holder: 'officer' };
    desk.conversations.push(conversation);
    const want = wants[i % wants.length] ?? '';
    desk.say(conversation, 'resident', '', `Phường cho tôi hỏi về ${want} (lượt ${i + 1})`, { at: new Date(Date.now() - (i + 5) * 60_000).toISOString() });
    desk.open_case(conversation, {
      code: `TB-X${String(i).padStart(3, '0')}`, state: 'held', officer: { id: lan.id, name: lan.name }, person: `Người dân ${i + 1}`,
      reason_text: 'Người dân muốn gặp cán bộ', channel: (['zalo', 'messenger', 'web'] as const)[i % 3] ?? 'web',
      due_at: new Date(Date.now() + (i - 6) * 11 * 60_000).toISOString(),
    });
  }
}
