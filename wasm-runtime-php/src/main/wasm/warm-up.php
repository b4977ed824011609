<?php
namespace {
    define('STDIN', fopen('php://stdin', 'r'));
    define('STDOUT', fopen('php://output', 'w'));
    define('STDERR', fopen('php://stderr', 'w'));
}
// What first uses change is changed before the snapshot
namespace WarmUp {
    function line(array $line): array {
        return ['sku' => strtoupper(trim($line['sku'])), 'cents' => intdiv($line['quantity'] * $line['price'], 2)];
    }
    function handle(array $input): array {
        $day = (new \DateTimeImmutable('2026-01-02T03:04:05+00:00'))->modify('+14 days');
        preg_match('/^([A-Z]{2,4})-(\d{2,5})(?:-([a-z]))?$/u', 'KB-100-b', $m);
        $lines = array_map(line(...), $input['lines']);
        usort($lines, fn ($a, $b) => $b['cents'] <=> $a['cents'] ?: strcmp($a['sku'], $b['sku']));
        try {
            throw new \InvalidArgumentException('none');
        } catch (\Exception $e) {
            $text = sprintf('%20s %.2f', $e->getMessage(), M_PI);
        }
        return ['day' => $day->format('Y-m-d'), 'match' => $m, 'lines' => $lines, 'text' => preg_replace('/\s+/', ' ', $text),
            'total' => bcmul('1.10', '3', 2), 'name' => mb_strtoupper($input['name']), 'sum' => array_sum(array_column($lines, 'cents')),
            'date' => date('Y-m-d', 0), 'rounded' => round(2.345, 2), 'words' => implode(',', explode(' ', 'a b'))];
    }
    for ($i = 0; $i < 3; $i++) {
        json_encode(handle(json_decode('{"name":"Ada","lines":[{"sku":"a ","quantity":2,"price":150},{"sku":"b","quantity":1,"price":2}]}', true)));
    }
}
