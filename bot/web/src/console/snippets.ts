export interface Snippet {
  title: string;
  /** `{cán bộ}` becomes the officer's name. */
  text: string;
}

/** Short answers that are needed many times a day. They are put into the box to be read over and changed, never sent by themselves. */
export const snippets: readonly Snippet[] = [
  { title: 'Chào và xưng tên', text: 'Dạ em chào anh/chị, em là {cán bộ}, cán bộ phụ trách. Em đã đọc nội dung anh/chị gửi và xin hỗ trợ ngay ạ.' },
  { title: 'Xin chờ để kiểm tra', text: 'Anh/chị chờ em ít phút, em kiểm tra lại cho chắc rồi trả lời ngay ạ.' },
  { title: 'Xin lỗi vì chậm', text: 'Em xin lỗi vì đã để anh/chị phải chờ. Em xem hồ sơ và báo lại anh/chị trong hôm nay ạ.' },
  { title: 'Hỏi mã hồ sơ', text: 'Anh/chị gửi giúp em mã hồ sơ ghi trên giấy hẹn, em tra ngay ạ. Anh/chị đừng gửi ảnh căn cước qua tin nhắn nhé.' },
  { title: 'Nộp trực tuyến', text: 'Việc này anh/chị nộp tại nhà được, trên Cổng Dịch vụ công Quốc gia: https://dichvucong.gov.vn\nVướng ở bước nào, anh/chị nhắn em hướng dẫn tiếp ạ.' },
  { title: 'Mời ra quầy', text: 'Anh/chị ghé Bộ phận Một cửa trong giờ làm việc, nhớ mang theo căn cước. Em hướng dẫn tận nơi, không phải đi lại nhiều lần ạ.' },
  { title: 'Không thuộc thẩm quyền', text: 'Việc này phường, xã mình không trực tiếp giải quyết ạ. Em chỉ anh/chị đúng nơi nhận hồ sơ để khỏi mất công đi lại nhé: ' },
  { title: 'Cảm ơn, kết thúc', text: 'Dạ, em cảm ơn anh/chị. Khi cần anh/chị cứ nhắn vào đây, chúng em luôn sẵn lòng ạ.' },
];

export function filled(snippet: Snippet, officer: string): string {
  return snippet.text.split('{cán bộ}').join(officer);
}

/** Puts a piece into a text at the cursor, with a space where words would run together. Returns the text and the new cursor. */
export function inserted(text: string, from: number, to: number, piece: string): { text: string; cursor: number } {
  const before = text.slice(0, from);
  const after = text.slice(to);
  const left = before !== '' && !/\s$/u.test(before) ? ' ' : '';
  const right = after !== '' && !/^\s/u.test(after) && !/\s$/u.test(piece) ? ' ' : '';
  return { text: before + left + piece + right + after, cursor: before.length + left.length + piece.length };
}
