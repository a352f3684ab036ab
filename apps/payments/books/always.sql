-- 账簿总核对: what must hold whatever happened before. Each property is one row: its code, what it
-- says, how many break it, and one that does. Nothing is written. Run by `./run ledger --check`,
-- which also sets civil.cash, the programmes that pay money: SET civil.cash = 'minimum_living,…'.
WITH issued AS (
    SELECT r.id AS run_id, r.month, r.number, r.calculation_id, r.state
    FROM payments_paymentrun r WHERE r.state IN ('approved', 'sent', 'closed')
), lines AS (
    SELECT l.*, i.run_id, i.state AS run_state, t.state AS item_state, t.id AS item_id
    FROM payments_paymentline l
    JOIN issued i ON i.calculation_id = l.calculation_id
    LEFT JOIN payments_bankbatch b ON b.run_id = i.run_id AND b.state <> 'void'
    LEFT JOIN payments_bankitem t ON t.batch_id = b.id AND t.subject = l.subject
        AND t.programme = l.programme AND t.kind = l.kind
), of_lines AS (
    SELECT subject, programme, month, sum(fen) AS issued,
           sum(fen - offset_fen) FILTER (WHERE run_state IN ('sent', 'closed')) AS sent,
           sum(fen - offset_fen) FILTER (WHERE item_state = 'paid') AS paid,
           sum(fen - offset_fen) FILTER (WHERE item_state = 'returned') AS returned
    FROM lines GROUP BY subject, programme, month
), books AS MATERIALIZED (SELECT * FROM payments_ledgermonth),
newest AS (
    SELECT i.*, v.id AS voucher_id FROM issued i
    JOIN payments_voucher v ON v.kind = 'issue' AND v.source = i.calculation_id
    ORDER BY i.month DESC, i.number DESC LIMIT 1
), due AS (
    SELECT d.subject, d.programme, d.month, sum(d.fen)::bigint AS fen, bool_or(d.verdict = 5) AS held
    FROM payments_due d JOIN newest n ON n.calculation_id = d.calculation_id
    WHERE d.programme = ANY(string_to_array(current_setting('civil.cash'), ','))
    GROUP BY d.subject, d.programme, d.month
), recorded AS (
    SELECT DISTINCT subject, programme FROM payments_transfer, newest n
    WHERE (source = 6 OR target = 6) AND payments_transfer.voucher_id > n.voucher_id
), held AS (
    SELECT DISTINCT h.subject, h.programme, h.month FROM payments_held h
    JOIN newest n ON n.calculation_id = h.calculation_id
), broken (code, what) AS (
    SELECT 'A1', concat_ws(' ', subject, programme, month) FROM lines WHERE kind = 'regular'
    GROUP BY subject, programme, month HAVING count(*) > 1
    UNION ALL
    SELECT 'A1', '多记 ' || concat_ws(' ', subject, programme, month) FROM books
    WHERE issued - returned > owed + overpaid
    UNION ALL
    SELECT 'A2', '应发 ' || d.fen || ' 账上 ' || coalesce(k.owed, 0) || ' '
           || concat_ws(' ', d.subject, d.programme, d.month)
    FROM due d LEFT JOIN books k USING (subject, programme, month)
    WHERE NOT d.held AND d.fen <> coalesce(k.owed, 0)
      AND (d.subject, d.programme) NOT IN (SELECT subject, programme FROM recorded)
    UNION ALL
    SELECT 'A2', '欠发而无原因 ' || concat_ws(' ', k.subject, k.programme, k.month)
    FROM books k JOIN due d USING (subject, programme, month)
    LEFT JOIN held h USING (subject, programme, month)
    WHERE k.open > 0 AND k.returned = 0 AND h.subject IS NULL
    UNION ALL
    SELECT 'A3', '凭证 ' || v.id || ' 不完整' FROM payments_voucher v
    LEFT JOIN (SELECT voucher_id, count(*) AS n, sum(fen) AS fen FROM payments_transfer
               GROUP BY voucher_id) t ON t.voucher_id = v.id
    WHERE (coalesce(t.n, 0), coalesce(t.fen, 0)) IS DISTINCT FROM (v.count, v.fen)
    UNION ALL
    SELECT 'A3', '凭证 ' || voucher_id || ' 借贷不平' FROM payments_entry
    GROUP BY voucher_id HAVING sum(fen) <> 0
    UNION ALL
    SELECT 'A3', '批次 ' || i.run_id || ' 没有凭证' FROM issued i
    WHERE NOT EXISTS (SELECT FROM payments_voucher v
                      WHERE v.kind = 'issue' AND v.source = i.calculation_id)
      AND EXISTS (SELECT FROM payments_paymentline l WHERE l.calculation_id = i.calculation_id)
    UNION ALL
    SELECT 'A3', '账与明细不符 ' || concat_ws(' ', subject, programme, month)
    FROM books k FULL JOIN of_lines l USING (subject, programme, month)
    WHERE (coalesce(k.issued, 0), coalesce(k.sent, 0), coalesce(k.paid, 0), coalesce(k.returned, 0))
        IS DISTINCT FROM (coalesce(l.issued, 0), coalesce(l.sent, 0), coalesce(l.paid, 0),
                          coalesce(l.returned, 0))
    UNION ALL
    SELECT 'A4', '没有代发笔 ' || concat_ws(' ', subject, programme, month) FROM lines
    WHERE item_id IS NULL
    GROUP BY run_id, subject, programme, month, kind HAVING sum(fen - offset_fen) > 0
    UNION ALL
    SELECT 'A4', '代发笔 ' || item_id || ' 结果不止一个' FROM payments_outcome
    WHERE said IN ('paid', 'returned') GROUP BY item_id HAVING count(*) > 1
    UNION ALL
    SELECT 'A4', '代发笔 ' || i.id || ' 没有银行的结果' FROM payments_bankitem i
    WHERE i.state IN ('paid', 'returned', 'unknown')
      AND NOT EXISTS (SELECT FROM payments_outcome o WHERE o.item_id = i.id AND o.said = i.state)
      AND NOT EXISTS (SELECT FROM payments_dispute d
                      WHERE d.item_id = i.id AND d.said = i.state AND d.state = 'accepted')
    UNION ALL
    SELECT 'A5', '代发批次 ' || b.id || ' 与封存时不符' FROM payments_bankbatch b
    LEFT JOIN LATERAL (
        SELECT count(*) AS n, coalesce(sum(fen), 0) AS total,
               encode(sha256(convert_to(coalesce(string_agg(
                   concat_ws('|', number, programme, subject, kind, bank_number, payee_name, fen),
                   E'\n' ORDER BY number), ''), 'UTF8')), 'hex') AS digest
        FROM payments_bankitem WHERE batch_id = b.id
    ) q ON TRUE
    WHERE (q.n, q.total, q.digest) IS DISTINCT FROM (b.count, b.total_fen, b.digest)
    UNION ALL
    SELECT 'A6', '发放批次 ' || id FROM payments_paymentrun
    WHERE state IN ('approved', 'sent', 'closed')
      AND (checker_id IS NULL OR approver_id IS NULL OR approver_id IN (maker_id, checker_id)
           OR checker_id = maker_id
           OR state <> 'approved' AND (releaser_id IS NULL
               OR releaser_id IN (maker_id, checker_id, approver_id)))
    UNION ALL
    SELECT 'A7', '代发批次 ' || b.id FROM payments_bankbatch b
    JOIN LATERAL (
        SELECT coalesce(sum(fen) FILTER (WHERE state IN ('paid', 'returned', 'sent', 'unknown')), 0)
                   AS answered,
               coalesce(sum(fen) FILTER (WHERE state = 'pending'), 0) AS pending
        FROM payments_bankitem WHERE batch_id = b.id
    ) q ON TRUE
    WHERE b.state = 'sent' AND (q.answered <> b.total_fen OR q.pending <> 0)
       OR b.state <> 'sent' AND q.answered <> 0
    UNION ALL
    SELECT 'A7', '账上在途为负 ' || concat_ws(' ', subject, programme, month) FROM books
    WHERE at_bank < 0 OR paid < 0
    UNION ALL
    SELECT 'A8', '发放批次 ' || r.id || ' 没有本人“' || s.step || '”的记录'
    FROM payments_paymentrun r CROSS JOIN LATERAL (
        VALUES ('checked', r.checker_id, r.state IN ('checked', 'approved', 'sent', 'closed')),
               ('approved', r.approver_id, r.state IN ('approved', 'sent', 'closed')),
               ('sent', r.releaser_id, r.state IN ('sent', 'closed'))
    ) s (step, who, taken)
    WHERE s.taken AND NOT EXISTS (
        SELECT FROM offices_event e WHERE e.kind = 'payments.paymentrun' AND e.object_id = r.id
          AND e.target = s.step AND e.by_id = s.who)
    UNION ALL
    SELECT 'A8', '守卫不在位 ' || g.name FROM (
        VALUES ('event_append_only'), ('event_no_truncate'), ('line_append_only'),
               ('transfer_append_only'), ('transfer_counts'), ('voucher_frozen'),
               ('voucher_is_whole'), ('bank_item_frozen'), ('bank_item_state'),
               ('outcome_append_only'), ('month_close_append_only'), ('trail_append_only'),
               ('trail_no_truncate'), ('trail_by_trigger'), ('trail_link_append_only'),
               ('trail_link_no_truncate'), ('trail_root_append_only')
    ) g (name)
    WHERE NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgname = g.name AND t.tgenabled <> 'D')
    UNION ALL
    SELECT 'A8', '没有留痕 ' || c.relname || ' ' || g.kind FROM pg_class c
    CROSS JOIN (VALUES ('insert'), ('update'), ('delete'), ('truncate')) g (kind)
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
      AND c.relname NOT IN (SELECT name FROM offices_trail_exempt())
      AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgenabled <> 'D'
                      AND t.tgname = 'trail_' || g.kind)
    UNION ALL  -- the rows themselves are proved by ./run audit-chain --verify
    SELECT 'A8', '留痕第 ' || l.number || ' 环不接上一环，或链值不对' FROM (
        SELECT l.number,
               l.number = coalesce(lag(l.number) OVER w, 0) + 1
                   AND (l.era, l.begins) = (coalesce(lag(l.until_era) OVER w, 0),
                                            coalesce(lag(l.until) OVER w, 0))
                   AND l.total = coalesce(lag(l.total) OVER w, 0) + l.count
                   AND octet_length(l.leaves) = l.count * 32
                   AND l.hash = offices_trail_hash(lag(l.hash) OVER w, l) AS whole
        FROM offices_traillink l WINDOW w AS (ORDER BY l.number)
    ) l WHERE NOT l.whole
    UNION ALL
    SELECT 'A8', '留痕封存了 ' || l.total || ' 行，现有 ' || n.count || ' 行' FROM (
        SELECT total, until_era, until FROM offices_traillink ORDER BY number DESC LIMIT 1
    ) l CROSS JOIN LATERAL (
        SELECT count(*) FROM offices_trail t WHERE (t.era, t.change_set) < (l.until_era, l.until)
    ) n WHERE n.count <> l.total
    UNION ALL
    SELECT 'A8', '留痕链尾被截，应有 ' || s.last_value || ' 环' FROM offices_traillink_sealed s
    WHERE s.last_value > (SELECT coalesce(max(number), 0) FROM offices_traillink)
    UNION ALL
    SELECT 'A9', '发放批次 ' || r.id || ' 的计算没有心跳' FROM payments_paymentrun r
    LEFT JOIN payments_progress p ON p.run_id = r.id
    WHERE r.requested_at < now() - interval '5 minutes' AND r.state IN ('draft', 'computed')
      AND coalesce(p.beat_at, r.requested_at) < now() - interval '1 minute'
    UNION ALL
    SELECT 'A9', '出件箱 ' || id || ' ' || topic || ' 没有办结' FROM offices_outbox
    WHERE done_at IS NULL AND created_at < now() - interval '5 minutes'
), properties (code, says) AS (
    VALUES ('A1', '同一对象、项目、月份不重复发放'),
           ('A2', '应发的都已发放，或写明没有发放的原因'),
           ('A3', '凭证完整、借贷相平，账与明细、代发笔一致'),
           ('A4', '每笔明细只有一笔在办的代发，每笔代发只有一个结果'),
           ('A5', '代发批次的笔数、合计、摘要与封存时一致'),
           ('A6', '经办、复核、审批、送行是四个人'),
           ('A7', '送出的 = 到账 + 退回 + 在途'),
           ('A8', '每一步有办理人本人的记录，记录、账目和留痕的守卫都在位，留痕的链完整'),
           ('A9', '没有停下来的计算，出件箱没有积压')
)
SELECT p.code, p.says, count(b.code), coalesce(min(b.what), '')
FROM properties p LEFT JOIN broken b USING (code)
GROUP BY p.code, p.says ORDER BY p.code
