<?php
namespace Tax;

function rounded($value) {
    return (int) round($value);
}
