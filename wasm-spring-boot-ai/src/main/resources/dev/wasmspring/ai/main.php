<?php
require 'tools.php';
return require 'code.php';
